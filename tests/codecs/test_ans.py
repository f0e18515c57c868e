"""Whole numbers for symbols: exact, short, and nothing else is read."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.codecs import ans

COUNTS = [np.array(counts) for counts in ([1], [0, 0], [9, 1], [1000, 5, 0, 3], range(255))]


@pytest.mark.parametrize("counts", COUNTS, ids=len)
def test_a_table_gives_every_symbol_its_share(counts):
    table = ans.table_of(counts.astype(np.int64))
    widths = np.diff(table)
    assert (table[0], table[-1], widths.min() > 0) == (0, ans.TOTAL, True)
    shares = counts / max(1, counts.sum())
    assert abs(widths / ans.TOTAL - shares).max() <= (len(counts) + 1) / ans.TOTAL or not any(
        counts
    )


@given(st.lists(st.sampled_from(range(len(COUNTS))), max_size=50), st.randoms(), st.integers(1, 9))
def test_symbols_come_back(which, random, times):
    tables = [ans.table_of(COUNTS[k].astype(np.int64)).tolist() for k in which] * times
    symbols = [random.randrange(len(table) - 1) for table in tables]
    assert ans.decode(ans.encode(symbols, tables), tables) == symbols


def test_a_number_is_as_long_as_its_symbols_are_rare():
    counts = np.array([900, 80, 15, 5])
    table = ans.table_of(counts).tolist()
    symbols = np.repeat(range(4), counts).tolist() * 4
    ideal = sum(math.log2(counts.sum() / counts[s]) for s in symbols)
    assert ideal <= ans.encode(symbols, [table] * len(symbols)).bit_length() <= 1.01 * ideal + 2


def test_long_messages_come_back():
    table = ans.table_of(np.arange(255)).tolist()
    symbols = np.random.default_rng(0).integers(0, 255, 4000).tolist()
    assert ans.decode(ans.encode(symbols, [table] * 4000), [table] * 4000) == symbols


@pytest.mark.parametrize(
    "change", [lambda n: 0, lambda n: n + 1, lambda n: n << 300, lambda n: n >> 9]
)
def test_another_number_is_not_of_these_tables(change):
    table = ans.table_of(np.array([9, 1])).tolist()
    number = ans.encode([0, 1] * 200, [table] * 400)
    assert ans.decode(change(number), [table] * 400) is None
