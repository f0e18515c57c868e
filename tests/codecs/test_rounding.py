"""b bits are 2^b levels, both ends among them: not 2^b + 1."""

import pytest
import torch

from cosplit.codecs.bottlenet import BottleNet
from cosplit.codecs.fixed_length import pack, unpack
from cosplit.codecs.levels import straight_through, to_codes, to_values
from cosplit.codecs.spatial_rounding import SpatialRounding
from cosplit.message import Bits


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_there_are_two_to_the_bits_levels(bits):
    values = torch.linspace(-0.5, 1.5, 10_001)
    codes = to_codes(values, bits)
    assert codes.unique().tolist() == list(range(2**bits))
    assert to_values(codes, bits).aminmax() == (0, 1)
    assert torch.equal(to_codes(to_values(codes, bits), bits), codes)


def test_the_gradient_goes_straight_through():
    values = torch.rand(100, requires_grad=True)
    straight_through(values, 2).sum().backward()
    assert values.grad.eq(1).all()


@pytest.mark.parametrize(("count", "bits"), [(1, 4), (2, 8), (3, 3), (5, 1), (1, 13)])
def test_codes_are_packed_most_significant_bit_first(count, bits):
    codes = torch.randint(2**bits, (20, count))
    messages = pack(codes, bits)
    for row, message in zip(codes.tolist(), messages, strict=True):
        text = "".join(f"{code:0{bits}b}" for code in row)
        assert message == Bits(int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(
            -(-len(text) // 8), "big"), len(text))  # fmt: skip
    again, heard = unpack(messages, count, bits)
    assert torch.equal(again, codes)
    assert heard.all()


def test_another_length_is_not_looked_at():
    codes, heard = unpack([Bits(b"\xf0", 4), Bits(b"\xf8", 5), Bits(b"", 0)], 1, 4)
    assert codes.flatten().tolist() == [15, 0, 0]
    assert heard.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("codec", "bits"),
    [
        (BottleNet((256, 8, 8), channels=2, bits=1), 2 * 4 * 4),
        (BottleNet((64, 32, 32), channels=1, bits=4), 16 * 16 * 4),
        (BottleNet((128, 1, 1), channels=2, bits=8), 16),
        (SpatialRounding((256, 8, 8), stride=4, channels=4, size=4, bits=2), 32),
    ],
)
def test_bits_are_elements_times_width(codec, bits):
    messages = codec.eval().encode(torch.rand(2, *codec.shape))
    assert [m.n_bits for m in messages] == [bits, bits]
