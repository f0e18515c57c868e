"""Whole numbers for symbols: exact, short, prefix-free, and nothing else is read."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.codecs import arithmetic

COUNTS = [np.array(counts) for counts in ([1], [0, 0], [9, 1], [1000, 5, 0, 3], range(255))]
TABLES = [arithmetic.table_of(counts.astype(np.int64)).tolist() for counts in COUNTS]


@pytest.mark.parametrize("counts", COUNTS, ids=len)
def test_a_table_gives_every_symbol_its_share(counts):
    table = arithmetic.table_of(counts.astype(np.int64))
    widths = np.diff(table)
    assert (table[0], table[-1], widths.min() > 0) == (0, arithmetic.TOTAL, True)
    shares = counts / max(1, counts.sum())
    error = abs(widths / arithmetic.TOTAL - shares).max()
    assert error <= (len(counts) + 1) / arithmetic.TOTAL or not any(counts)


def weight(symbols, tables):
    """Bits, by the tables."""
    widths = (table[s + 1] - table[s] for s, table in zip(symbols, tables, strict=True))
    return sum(arithmetic.PRECISION - math.log2(width) for width in widths)


drawn_tables = st.lists(st.sampled_from(TABLES), max_size=50)


@given(drawn_tables, st.randoms(), st.integers(1, 9))
def test_symbols_come_back_from_little_more_than_they_weigh(which, random, times):
    tables = which * times
    symbols = [random.randrange(len(table) - 1) for table in tables]
    number, n_bits = arithmetic.encode(symbols, tables)
    assert 0 <= number < 1 << n_bits
    assert arithmetic.decode(number, n_bits, tables) == symbols
    ideal = weight(symbols, tables)
    assert ideal - 1e-6 <= n_bits <= min(ideal + 2, arithmetic.PRECISION * len(tables))


def test_no_message_is_the_beginning_of_another():
    tables = [TABLES[3], TABLES[2], TABLES[3], TABLES[1], TABLES[2]]
    every = itertools.product(*(range(len(table) - 1) for table in tables))
    messages = [arithmetic.encode(symbols, tables) for symbols in every]
    words = sorted(f"{number:0{n_bits}b}" for number, n_bits in messages)
    assert len(words) == 4 * 2 * 4 * 2 * 2
    assert not any(longer.startswith(word) for word, longer in itertools.pairwise(words))


def test_long_messages_come_back():
    symbols = np.random.default_rng(0).integers(0, 255, 4000).tolist()
    tables = [TABLES[4]] * 4000
    assert arithmetic.decode(*arithmetic.encode(symbols, tables), tables) == symbols


CHANGES = {
    "zero": lambda number, n_bits: (0, n_bits),
    "next": lambda number, n_bits: (number ^ 1, n_bits),
    "longer": lambda number, n_bits: (number << 1, n_bits + 1),
    "much longer": lambda number, n_bits: (number << 300, n_bits + 300),
    "shorter": lambda number, n_bits: (number >> 1, n_bits - 1),
    "empty": lambda number, n_bits: (0, 0),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_another_number_is_not_of_these_tables(change):
    tables = [TABLES[2]] * 400
    message = arithmetic.encode([0, 1] * 200, tables)
    assert arithmetic.decode(*change(*message), tables) is None


@given(st.lists(st.sampled_from(TABLES[2:]), min_size=1, max_size=50), st.randoms())
def test_the_next_cell_inside_the_interval_is_another_number(tables, random):
    symbols = [random.randrange(len(table) - 1) for table in tables]
    number, n_bits = arithmetic.encode(symbols, tables)
    assert arithmetic.decode(number + 1, n_bits, tables) != symbols


def test_what_rounding_leaves_over_is_no_symbol():
    assert arithmetic.decode((1 << 200) - 1, 200, [TABLES[3]] * 20) is None


@given(drawn_tables, st.integers(0, 90), st.data())
def test_what_is_read_is_what_would_be_written(tables, n_bits, data):
    number = data.draw(st.integers(0, (1 << n_bits) - 1))
    symbols = arithmetic.decode(number, n_bits, tables)
    assert symbols is None or arithmetic.encode(symbols, tables) == (number, n_bits)
