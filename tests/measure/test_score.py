"""Scoring: what is seen, what is charged, and how often each half works."""

import numpy as np
import pytest
import torch
from fake_split import (
    GRID,
    ByteCodec,
    Gauss,
    Lossless,
    SymbolCodec,
    UnaryCodec,
    brightness_images,
    fake_model,
)

from cosplit.measure.score import one_image, score
from cosplit.seeds import generator


def test_a_perfect_path_is_right_and_charged_as_sent():
    (seen,) = score(fake_model(ByteCodec()), brightness_images(), [Lossless()])
    assert seen.outcome == "ok"
    assert seen.correct.all()
    assert seen.bits.tolist() == [8] * 40
    assert not len(seen.uses)


def test_unary_messages_are_charged_their_own_length():
    (seen,) = score(fake_model(UnaryCodec()), brightness_images(8), [Lossless()])
    assert seen.bits.tolist() == [1, 2, 3, 4] * 2


def test_a_noise_grid_runs_the_device_once_and_the_server_k_times():
    model, images = fake_model(ByteCodec()), brightness_images(40)
    score(model, images, [Lossless(), Lossless(), Lossless()], batch_size=10)
    assert (model.device.calls, model.codec.encoded, model.server.calls) == (4, 4, 12)


def test_a_code_that_is_told_the_level_encodes_once_a_level():
    model = fake_model(SymbolCodec())
    score(model, brightness_images(10), [*GRID, Gauss(0.0)])
    assert (model.device.calls, model.codec.encoded, model.server.calls) == (1, 4, 5)


@pytest.mark.parametrize("codec", [ByteCodec, SymbolCodec])
def test_batch_size_changes_nothing(codec):
    channels = GRID if codec is SymbolCodec else [Lossless()]
    runs = [
        score(fake_model(codec()), brightness_images(33), channels, seed=3, batch_size=size)
        for size in (1, 7, 33)
    ]
    for run in runs[1:]:
        for one, other in zip(runs[0], run, strict=True):
            assert (one.correct == other.correct).all()
            assert (one.bits == other.bits).all()
            assert (one.uses == other.uses).all()


def test_noise_belongs_to_the_image_not_to_its_place_in_the_run():
    whole = brightness_images(40)
    part = whole.take(np.arange(3, 40, 5))
    (all_seen,) = score(fake_model(SymbolCodec()), whole, [Gauss(-5.0)])
    (part_seen,) = score(fake_model(SymbolCodec()), part, [Gauss(-5.0)])
    assert 0 < all_seen.correct.mean() < 1
    assert (part_seen.correct == all_seen.correct[3::5]).all()


def test_noise_is_named_by_seed_channel_and_image():
    met = []

    class Recorder(Gauss):
        def send(self, message, rng):
            met.append(rng.normal())
            return message

    score(fake_model(SymbolCodec()), brightness_images(3), [Recorder(5.0)], seed=7)
    assert met == [generator(7, "noise", "awgn5", k).normal() for k in range(3)]


def test_symbols_are_counted_in_channel_uses():
    seen = score(fake_model(SymbolCodec()), brightness_images(8), GRID)
    assert [o.code for o in seen] == ["symbols"] * 4
    assert all(o.uses.tolist() == [1] * 8 and not len(o.bits) for o in seen)


def test_one_image_goes_the_whole_path():
    image = torch.zeros(1, 3, 2, 2, dtype=torch.uint8)
    assert one_image(fake_model(ByteCodec()), image, Lossless(), np.random.default_rng(0)) == "ok"
