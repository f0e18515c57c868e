"""2^b levels, and a code that is as short as Huffman's can be."""

import codec_laws as laws
import numpy as np
import pytest
import torch

from cosplit.codecs.uniform_huffman import UniformHuffman
from cosplit.errors import CosplitError

SHAPE = (4, 16, 16)
FEATURE = (torch.randn(64, *SHAPE, generator=torch.Generator().manual_seed(0)) - 0.8).relu()


@pytest.mark.parametrize("bits", range(1, 9))
def test_levels_are_two_to_the_bits_and_zero_is_one(bits):
    codec = UniformHuffman(SHAPE, bits).calibrate(FEATURE)
    values = torch.linspace(0, 2 * FEATURE.max(), 1024).view(1, *SHAPE)
    decoded = codec.decode(codec.encode(values))
    assert len(decoded.unique()) == 2**bits
    assert codec.decode(codec.encode(torch.zeros(1, *SHAPE))).eq(0).all()


@pytest.mark.parametrize("bits", range(1, 9))
def test_the_round_trip_is_exact_and_within_the_tables_length(bits):
    """The expected length of the table is that on what it was made of, and a bit selects it."""
    codec = UniformHuffman(SHAPE, bits).calibrate(FEATURE)
    table = codec.encoder.table[codec.quantise(FEATURE)].sum(dtype=int) / len(FEATURE)
    laws.keeps_to_its_table(codec, FEATURE, table, overhead=1)
    levels = (codec.decode(codec.encode(FEATURE)) / codec.encoder.scale).round()
    assert torch.equal(levels, (FEATURE / codec.encoder.scale).round().clamp(0, codec.top))


def test_neighbours_share_a_byte_where_a_symbol_needs_less_than_a_bit():
    """At 90 % zeros a Huffman code of two-bit symbols one by one cannot go below 1 bit."""
    sparse = FEATURE * (torch.rand(FEATURE.shape, generator=torch.Generator().manual_seed(1)) < 0.4)
    codec = UniformHuffman(SHAPE, 2).calibrate(sparse)
    assert np.mean([m.n_bits for m in codec.encode(sparse)]) < 0.7 * sparse[0].numel()


def test_a_message_unlike_the_calibration_brings_its_own_table():
    codec = UniformHuffman((64, 16, 16), 8).calibrate(torch.rand(4, 64, 16, 16))
    odd = torch.zeros(1, 64, 16, 16)
    odd[0, 0] = 1
    message = codec.encode(odd)[0]
    assert message.data[0] >> 7 == 0
    assert message.n_bits < 0.3 * codec.encoder.table[codec.quantise(odd)].sum(dtype=int)
    assert torch.equal(codec.decode([message]), codec(odd))


def test_the_step_is_the_best_of_the_candidates():
    """One outlier must not stretch the range."""
    outlier = FEATURE.clone()
    outlier[0, 0, 0, 0] = 1000
    codec = UniformHuffman(SHAPE, 4).calibrate(outlier[:, :, :, 1:].repeat(1, 1, 1, 1))
    stretched = UniformHuffman(SHAPE, 4).calibrate(outlier.clamp(max=50))
    assert codec.encoder.scale * codec.top < 6
    assert stretched.encoder.scale * stretched.top < 12


def test_the_gradient_goes_straight_through():
    feature = FEATURE[:1].clone().requires_grad_()
    UniformHuffman(SHAPE, 2).calibrate(FEATURE)(feature).sum().backward()
    assert feature.grad.eq(1).all()


def test_an_odd_number_of_symbols_fits():
    codec = UniformHuffman((1, 3, 3), 4).calibrate(FEATURE[:, :1, :3, :3])
    assert codec.decode(codec.encode(FEATURE[:, :1, :3, :3])).shape == (64, 1, 3, 3)


def test_incompressible_features_are_within_the_declared_size():
    codec = UniformHuffman(SHAPE, 8).calibrate(torch.zeros(2, *SHAPE))
    noise = torch.randint(0, 256, (4, *SHAPE)).float()
    assert max(m.n_bits for m in codec.encode(noise)) <= codec.max_bits


def test_mistakes_are_named():
    with pytest.raises(CosplitError, match="from 1 to 8"):
        UniformHuffman(SHAPE, 9)
    with pytest.raises(CosplitError, match="not negative"):
        UniformHuffman(SHAPE, 4).calibrate(-FEATURE)
