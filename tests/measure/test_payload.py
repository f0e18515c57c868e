"""What is charged for a message: what was sent, and what its length gives away."""

import math

import hypothesis.strategies as st
from hypothesis import given

from cosplit.measure.payload import charged_bits, is_prefix_free, length_bits
from cosplit.message import Bits


def bits(text: str) -> Bits:
    padded = text + "0" * (-len(text) % 8)
    return Bits(bytes(int(padded[k : k + 8], 2) for k in range(0, len(padded), 8)), len(text))


WORDS = st.lists(st.text("01", max_size=20), max_size=12)


def test_messages_of_one_length_are_charged_as_sent():
    assert charged_bits([bits("010"), bits("111")], 16).tolist() == [3, 3]


def test_prefix_free_messages_are_charged_as_sent():
    assert charged_bits([bits("0"), bits("10"), bits("11")], 2, prefix_free=True).tolist() == [
        1,
        2,
        2,
    ]


def test_lengths_that_are_not_declared_prefix_free_are_charged():
    assert charged_bits([bits("0"), bits("10")], 9).tolist() == [1 + 4, 2 + 4]


def test_a_false_declaration_is_charged():
    assert charged_bits([bits("1"), bits("10")], 9, prefix_free=True).tolist() == [1 + 4, 2 + 4]


def test_no_messages_are_charged_nothing():
    assert charged_bits([], 9).tolist() == []


@given(st.integers(0, 10_000))
def test_length_bits_name_every_length(max_bits):
    assert length_bits(max_bits) == math.ceil(math.log2(max_bits + 1))


@given(WORDS)
def test_prefix_freedom_is_what_comparing_all_pairs_finds(words):
    distinct = set(words)
    expected = not any(a != b and b.startswith(a) for a in distinct for b in distinct)
    assert is_prefix_free([bits(word) for word in words]) == expected
