"""Symbols with tables of their own: what they cost, in the loss and on the link."""

import logging

import pytest
import torch

from cosplit.codecs._entropy_coded import cost, quantise
from cosplit.codecs.picture_transform import PictureTransform
from cosplit.codecs.weighted_transform import WeightedTransform
from cosplit.measure.payload import charged_bits
from cosplit.message import Bits

CODECS = (PictureTransform, WeightedTransform)


@pytest.fixture(params=CODECS, ids=lambda codec: codec.__name__)
def coded(request):
    """A calibrated codec and its features."""
    ((codec, feature),) = request.param.examples()
    return codec.eval(), feature


def test_small_coefficients_are_nothing_and_large_ones_are_cut():
    values = torch.tensor([0.0, 0.59, 0.61, -0.59, -0.61, 1.59, 1e6, -1e6])
    assert quantise(values, 9).tolist() == [0, 0, 1, 0, -1, 1, 9, -9]


def test_a_batch_costs_its_entropy():
    symbols = torch.tensor([0.0] * 6 + [1, -2]).view(8, 1, 1, 1).repeat(100, 2, 1, 1)
    expected = 2 * 800 * (0.75 * torch.tensor(4 / 3).log2() + 0.25 * 3)
    assert float(cost(symbols, symbols, top=3)) == pytest.approx(float(expected), rel=0.01)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_gradient_of_the_cost_leads_to_cheaper_symbols(sign):
    """Half of the symbols are 0, a quarter each 1 and 3: from 1 to 0 there is one bit to save."""
    values = sign * torch.tensor([0.1, 0.2, 0.9, 2.8]).view(4, 1, 1, 1).repeat(50, 1, 1, 1)
    values.requires_grad_(True)
    cost(values, quantise(values.detach(), 3), top=3).backward()
    slopes = sign * values.grad[:4].flatten()
    assert slopes[:3].tolist() == pytest.approx([1.0] * 3, abs=0.01)
    assert slopes[3] == 0  # 2 was never seen: no way down


def test_bits_above_those_asked_for_are_in_the_loss_while_the_encoder_is_trained(coded):
    codec, feature = coded
    codec.train()
    codec(feature)
    within = codec.auxiliary_loss.item()
    codec.bits /= 2
    codec(feature)
    assert codec.auxiliary_loss.item() > within + 0.2
    assert codec.auxiliary_loss.requires_grad
    codec.auxiliary_loss = 0.0
    codec.encoder.eval()
    codec(feature)
    assert codec.auxiliary_loss == 0


def test_a_message_does_not_pay_for_naming_its_length(coded):
    codec, feature = coded
    messages = codec.encode(feature)
    sent = [message.n_bits for message in messages]
    assert len(set(sent)) > 1
    assert charged_bits(messages, codec.max_bits, codec.prefix_free).tolist() == sent


def test_the_whole_path_is_what_the_server_decodes(coded):
    codec, feature = coded
    with torch.no_grad():
        assert torch.allclose(codec(feature), codec.decode(codec.encode(feature)), atol=1e-5)


def test_both_halves_have_the_same_tables(coded):
    codec, _ = coded
    assert torch.equal(codec.encoder.tables, codec.decoder.tables)
    assert codec.encoder.tables[:, -1].eq(1 << 14).all()


def test_what_is_not_a_message_decodes_to_zeros(coded):
    codec, feature = coded
    genuine = codec.encode(feature[:1])[0]
    longer = Bits.of_bytes(bytes(codec.max_bits // 8 + 1))
    decoded = codec.decode([Bits(b"", 0), longer, Bits(genuine.data[:2], 16), genuine])
    assert decoded[:3].eq(0).all()
    assert decoded[3].any()


def test_no_message_longer_than_declared_is_read(coded):
    codec, feature = coded
    genuine = codec.encode(feature[:1])[0]
    codec.max_bits = genuine.n_bits
    assert codec.decode([genuine]).any()
    codec.max_bits -= 1
    assert codec.decode([genuine]).eq(0).all()


def test_an_alphabet_that_is_too_small_for_the_bits_says_so(caplog):
    ((_, feature),) = WeightedTransform.examples()
    codec = WeightedTransform((6, 4, 4), side=2, inner=8, block=2, numbers=16, bits=500, top=3)
    with caplog.at_level(logging.WARNING):
        codec.calibrate(feature, torch.ones_like(feature))
    assert "not the 500 asked for: symbols end at 3" in caplog.text
