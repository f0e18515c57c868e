"""Each law of a codec catches a codec that breaks it."""

import codec_laws as laws
import other_process
import planted_codecs as planted
import pytest
import torch
from torch import nn

from cosplit.codecs.png import Png
from cosplit.codecs.product_vq import ProductVq
from cosplit.codecs.spatial_rounding import SpatialRounding
from cosplit.errors import CosplitError
from cosplit.message import Bits


@pytest.mark.parametrize(
    ("law", "cls", "error"),
    [
        (laws.keeps_shape, planted.Pooled, AssertionError),
        (laws.keeps_declared_size, planted.Verbose, CosplitError),
        (laws.keeps_declared_size, planted.Loud, CosplitError),
        (laws.is_deterministic, planted.Dithered, AssertionError),
        (laws.is_deterministic, planted.Greedy, AssertionError),
        (laws.ignores_batch_mates, planted.Sociable, AssertionError),
        (laws.trains_what_it_sends, planted.Optimist, AssertionError),
        (laws.halves_stand_alone, planted.Siamese, AttributeError),
        (laws.halves_stand_alone, planted.Homeless, AssertionError),
        (laws.is_prefix_free, planted.Unary, AssertionError),
        (laws.learns, planted.Stiff, AssertionError),
    ],
)
def test_the_law_catches(law, cls, error):
    with pytest.raises(error):
        law(*laws.example(cls, 0))


@pytest.mark.parametrize(
    ("cls", "error"),
    [
        (planted.Trusting, Exception),
        (planted.Overflowing, AssertionError),
        (planted.Patient, AssertionError),
    ],
)
def test_hostile_messages_catch(cls, error, monkeypatch):
    monkeypatch.setattr(laws, "SECONDS", 0.05)
    codec, feature = laws.example(cls, 0)
    with pytest.raises(error):
        laws.decodes_anything(codec, laws.hostile(codec, feature))


@pytest.fixture(scope="module")
def elsewhere():
    with other_process.pool() as executor:
        yield executor


def test_another_process_catches_a_feature_kept_aside(elsewhere):
    codec, feature = laws.example(planted.Memorious, 0)
    messages = codec.encode(feature)
    there = other_process.decode_there(elsewhere, codec, 0, messages)
    honest = laws.example(SpatialRounding, 0)[0]
    honest.load_state_dict(codec.state_dict())
    torch.testing.assert_close(there, honest.decode(messages))
    assert not torch.allclose(there, codec.decode(messages), **laws.CLOSE)


def test_a_decompression_bomb_catches_a_decoder_that_unpacks_it(elsewhere):
    """A small file of a large image; the real codec reads its size and leaves it."""
    codec, _ = laws.example(Png, 0)
    bomb = planted.bomb()
    assert not other_process.decode_there(elsewhere, codec, 0, [bomb]).any()
    careless, _ = laws.example(planted.Bomb, 0)
    with pytest.raises(AssertionError, match="MB"):
        other_process.decode_there(elsewhere, careless, 0, [bomb])


def test_halves_out_of_step_after_training_are_caught():
    codec, feature = laws.example(planted.Drifting, 0)
    codec.train()
    for _ in range(20):
        codec(feature)
    with pytest.raises(AssertionError):
        laws.trains_what_it_sends(codec.eval(), feature)
    honest, feature = laws.example(ProductVq, 0)
    honest.train()(feature)
    laws.trains_what_it_sends(honest.eval(), feature)


def test_a_code_without_its_table_is_caught():
    codec, feature = laws.example(planted.OwnTableOnly, 0)
    with pytest.raises(AssertionError):
        laws.keeps_to_its_table(codec, feature, expected_bits=8 * codec.n_bytes - 1)


def test_a_codec_without_examples_is_named():
    with pytest.raises(CosplitError, match="Nameless has no examples; define"):
        planted.Nameless.examples()


def test_the_laws_leave_a_codec_as_it_was():
    codec, feature = laws.example(SpatialRounding, 0)
    laws.halves_stand_alone(codec, feature)
    assert not isinstance(codec.encoder, nn.Identity)
    assert codec.decode([Bits(b"", 0)]).eq(0).all()
