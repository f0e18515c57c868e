"""Failures are observations, never exceptions; and observations are kept."""

import numpy as np
import pytest
import torch
from fake_split import GRID, ByteCodec, Gauss, Lossless, SymbolCodec, brightness_images, fake_model
from torch import nn

from cosplit.measure.observation import UNEQUAL, load, save
from cosplit.measure.score import one_image, score
from cosplit.message import Bits, Symbols


class Chatty(SymbolCodec):
    max_uses = 2

    def encode(self, feature, level=None):
        return [Symbols.of([0.0] * (1 + k % 2)) for k in range(len(feature))]


def test_symbol_messages_of_unequal_length_are_invalid():
    seen = score(fake_model(Chatty()), brightness_images(8), GRID)
    assert {(o.outcome, o.detail) for o in seen} == {("invalid", UNEQUAL)}


class Oversized(ByteCodec):
    max_bits = 7


class Loud(SymbolCodec):
    def encode(self, feature, level=None):
        return [Symbols.of([1.2]) for _ in feature]


class Wordy(ByteCodec):
    def encode(self, feature, level=None):
        return [Bits(b"", 0)] * (len(feature) + 1)


class Pickler(ByteCodec):
    def encode(self, feature, level=None):
        return [feature] * len(feature)


class Crasher(ByteCodec):
    def decode(self, received, level=None):
        raise RuntimeError("two\nlines")


class Exhausted(ByteCodec):
    def decode(self, received, level=None):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 8 bytes")


@pytest.mark.parametrize(
    ("codec", "outcome", "detail"),
    [
        (Oversized, "over_size", "a message of 8 bits; declared: 7"),
        (Loud, "over_power", "mean power 1.44"),
        (Wordy, "invalid", "41 messages for 40 images"),
        (Pickler, "invalid", "a Tensor is not a message"),
        (Crasher, "crash", "RuntimeError: two lines"),
        (Exhausted, "oom", "allocate memory"),
    ],
)
def test_failure_is_an_observation(codec, outcome, detail):
    channel = GRID[0] if codec is Loud else Lossless()
    model = fake_model(codec())
    (seen,) = score(model, brightness_images(), [channel])
    assert seen.outcome == outcome
    assert detail in seen.detail
    assert "\n" not in seen.detail
    image = torch.zeros(1, 3, 2, 2, dtype=torch.uint8)
    assert one_image(model, image, channel, np.random.default_rng(0)) == outcome


class Nan(nn.Module):
    def forward(self, values):
        return values * torch.nan


@pytest.mark.parametrize(("half", "what"), [("device", "feature"), ("server", "logits")])
def test_nan_is_invalid_and_says_where(half, what):
    model = fake_model(ByteCodec())
    setattr(model, half, nn.Sequential(getattr(model, half), Nan()))
    (seen,) = score(model, brightness_images(), [Lossless()])
    assert seen.outcome == "invalid"
    assert what in seen.detail


def test_logits_of_the_wrong_shape_are_invalid():
    model = fake_model(ByteCodec())
    model.server = nn.Sequential(model.server, nn.Flatten(0))
    (seen,) = score(model, brightness_images(), [Lossless()])
    assert seen.outcome == "invalid"


def test_a_failing_channel_leaves_the_others_alone():
    class Broken(Gauss):
        def send(self, message, rng):
            raise ValueError("no line")

    seen = score(fake_model(SymbolCodec()), brightness_images(), [Broken(1.0), GRID[3]])
    assert [o.outcome for o in seen] == ["crash", "ok"]


def test_observations_survive_saving(tmp_path):
    seen = score(fake_model(SymbolCodec()), brightness_images(9), GRID)
    back = load(save(tmp_path / "seen.npz", seen))
    for one, other in zip(seen, back, strict=True):
        assert (one.channel, one.code, one.outcome) == (other.channel, other.code, other.outcome)
        assert (one.correct == other.correct).all()
        assert (one.uses == other.uses).all()


@pytest.mark.parametrize("keep", [0, 50, 500])
def test_damaged_observations_are_as_good_as_none(tmp_path, keep):
    path = save(
        tmp_path / "seen.npz", score(fake_model(ByteCodec()), brightness_images(), [Lossless()])
    )
    path.write_bytes(path.read_bytes()[:keep])
    assert load(path) is None
    assert load(tmp_path / "absent.npz") is None
