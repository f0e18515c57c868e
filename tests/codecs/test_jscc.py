"""Symbols that keep the power limit, bits that are signs, and a level that matters."""

import pytest
import torch

from cosplit.channels.awgn import Awgn
from cosplit.channels.bsc import Bsc
from cosplit.codecs.jscc import Jscc, normalise
from cosplit.codecs.product_vq import ProductVq
from cosplit.errors import CosplitError
from cosplit.message import Bits
from cosplit.seeds import seeded, torch_generator

SHAPE = (6, 4, 4)
FEATURE = torch.rand(64, *SHAPE, generator=torch.Generator().manual_seed(0))


def fresh(kind, uses=9):
    with seeded(0, kind):
        return Jscc(SHAPE, 3, uses, kind).eval()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
@pytest.mark.parametrize("uses", [1, 3, 16, 1000])
def test_power_is_at_most_one_in_every_message_after_float32(uses, scale):
    values = scale * torch.randn(500, uses, generator=torch_generator(uses))
    power = normalise(values).double().square().mean(1)
    assert power.max() <= 1
    assert power.min() > 0.999 - 1e-6 / scale**2


def test_nothing_to_say_is_said_quietly():
    assert not normalise(torch.zeros(1, 4)).any()


def test_every_message_of_an_awgn_code_keeps_the_limit():
    for message in fresh("awgn").encode(100 * FEATURE, 10.0):
        assert message.n_uses == 9
        assert 0.99 < message.power() <= 1


def test_a_bsc_code_sends_the_bits_it_trains_with():
    codec = fresh("bsc")
    received = []
    codec.decoder.register_forward_pre_hook(lambda _, args: received.append(args[0]))
    codec(FEATURE, Bsc(0.0), torch_generator(0))
    codec.decode(codec.encode(FEATURE, 0.0), 0.0)
    assert set(received[0].unique().tolist()) <= {-1.0, 1.0}
    assert torch.equal(*received)


@pytest.mark.parametrize(("kind", "levels"), [("awgn", (0.0, 20.0)), ("bsc", (0.01, 0.2))])
def test_both_ends_know_the_level(kind, levels):
    codec = fresh(kind)
    one, other = (codec.encoder(FEATURE, codec._level(level)) for level in levels)
    assert not torch.allclose(one, other)
    messages = codec.encode(FEATURE, levels[0])
    assert not torch.allclose(*(codec.decode(messages, level) for level in levels))


@pytest.mark.parametrize("channel", [Awgn(5.0), Bsc(0.1)], ids=lambda c: c.kind)
def test_training_goes_through_the_channel_it_is_given(channel):
    codec = fresh(channel.kind)
    clean = codec(FEATURE)
    one, other = (codec(FEATURE, channel, torch_generator(s)) for s in (1, 2))
    assert not torch.allclose(one, other)
    assert not torch.allclose(one, clean)
    assert torch.equal(one, codec(FEATURE, channel, torch_generator(1)))


def test_the_other_kind_of_message_is_silence():
    bits = Bits.of_bytes(bytes(36))
    assert not fresh("awgn").decode([bits]).any()
    assert not fresh("bsc").decode(fresh("awgn").encode(FEATURE[:1])).any()


def test_another_kind_is_named():
    with pytest.raises(CosplitError, match="did you mean 'awgn'"):
        fresh("awgm")


def test_a_joint_code_takes_over_a_source_codes_reduction():
    source = ProductVq((6, 4, 4), channels=3, dimension=6, groups=2, bits=4, hidden=5)
    joint = Jscc((6, 4, 4), channels=3, uses=9, kind="awgn", hidden=5)
    before = joint.encoder.reduce[0][-1].weight.clone()
    joint.take_over(source)
    theirs, ours = source.encoder.reduce, joint.encoder.reduce[0]
    assert torch.equal(theirs[0][0].weight, ours[0][0].weight)
    assert torch.equal(theirs[0][3].weight, ours[0][3].weight)
    assert torch.equal(before, ours[-1].weight)
