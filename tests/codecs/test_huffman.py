"""The static code: optimal, prefix-free, and what zlib reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.codecs import huffman

FLAT = huffman.code_lengths(np.zeros(0, np.uint8))
SKEWED = huffman.code_lengths(np.random.default_rng(0).geometric(0.4, 5000).astype(np.uint8))


@pytest.mark.parametrize("lengths", [FLAT, SKEWED], ids=["flat", "skewed"])
@given(data=st.binary(max_size=300))
def test_the_round_trip_is_exact_and_as_long_as_the_table_says(lengths, data):
    values = np.frombuffer(data, np.uint8)
    bits, n = huffman.encode(values, lengths)
    assert n == lengths[values].sum(dtype=int)
    assert len(bits) == (n + 7) // 8
    assert np.array_equal(huffman.decode(bits, lengths, len(values)), values)


def test_long_messages_too():
    values = np.random.default_rng(1).geometric(0.3, 100_001).astype(np.uint8)
    bits, _ = huffman.encode(values, SKEWED)
    assert np.array_equal(huffman.decode(bits, SKEWED, len(values)), values)


def test_the_code_is_complete_and_within_deflates_limit():
    """Kraft's sum is 1; Fibonacci counts would ask for codes of 24 bits."""
    fibonacci = [1, 1]
    while len(fibonacci) < 25:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    data = np.repeat(np.arange(25, dtype=np.uint8), fibonacci)
    for lengths in (FLAT, SKEWED, huffman.code_lengths(data)):
        assert lengths.max() <= huffman.LONGEST
        assert lengths.min() > 0
        assert (0.5 ** lengths.astype(float)).sum() == 1


def test_the_code_is_within_a_bit_of_the_entropy():
    data = np.random.default_rng(2).binomial(255, 0.1, 50_000).astype(np.uint8)
    share = np.bincount(data) / len(data)
    entropy = -(share[share > 0] * np.log2(share[share > 0])).sum()
    mean = huffman.code_lengths(data)[data].mean()
    assert entropy <= mean < entropy + 0.1


def test_fewer_symbols_than_asked_for_are_none():
    bits, _ = huffman.encode(np.full(50, 7, np.uint8), SKEWED)
    assert huffman.decode(bits[:10], SKEWED, 500) is None
