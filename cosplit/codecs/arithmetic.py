"""Arithmetic coding: a prefix-free message within two bits of what its symbols weigh.

    symbols, a table for each --encode--> a whole number and its bits --decode--> symbols

Every symbol narrows an interval in proportion to its frequency; the message names the first of the
longest cells of a binary grid inside the last one. Intervals of different symbols do not meet, so
no message is the beginning of another, and none has to name its length.

Source: I. Witten, R. Neal, J. Cleary, "Arithmetic coding for data compression", Communications of
the ACM 30(6), 1987. The low end is a Python integer, so that carries need no care and the code is
exact on every machine.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRECISION = 14
"""Frequencies are counted in 2^-14; no symbol takes more bits than that."""
TOTAL = 1 << PRECISION
WIDTH = 64
"""Bits that the interval's size has, before every symbol."""
WHOLE = 1 << (WIDTH - 1)

Table = Sequence[int]
"""Where each symbol's frequencies begin, and TOTAL: ascending."""


def table_of(counts: "NDArray[np.int64]") -> "NDArray[np.int32]":
    """The table (k + 1,) of k symbols in proportion to `counts` (k,); none has frequency zero."""
    spare = TOTAL - len(counts)
    shares = counts * spare // max(1, int(counts.sum())) + 1
    shares[shares.argmax()] += TOTAL - shares.sum()
    return np.concatenate([[0], shares.cumsum()]).astype(np.int32)


def encode(symbols: Sequence[int], tables: Sequence[Table]) -> tuple[int, int]:
    """A whole number and its bits for `symbols`, each by the table at its place: no more than
    PRECISION a symbol."""
    low, size, n_bits = 0, WHOLE, WIDTH - 1
    for symbol, table in zip(symbols, tables, strict=True):
        part = size >> PRECISION
        first = table[symbol]
        low, size = low + first * part, (table[symbol + 1] - first) * part
        shift = WIDTH - size.bit_length()
        low, size, n_bits = low << shift, size << shift, n_bits + shift
    start, cut = _cell(low, size)
    return (low + start) >> cut, n_bits - cut


def decode(number: int, n_bits: int, tables: Sequence[Table]) -> list[int] | None:
    """The symbols again; None for what `encode` does not make by these tables."""
    above, left = _take(number, n_bits, WIDTH - 1), n_bits - (WIDTH - 1)
    low, size, symbols = 0, WHOLE, []
    for table in tables:
        part = size >> PRECISION
        symbol = bisect_right(table, above // part) - 1
        if symbol == len(table) - 1:  # in what rounding leaves over
            return None
        first = table[symbol]
        size = (table[symbol + 1] - first) * part
        shift = WIDTH - size.bit_length()
        low = (low + first * part << shift) & (WHOLE - 1)  # all that `_cell` looks at
        above = above - first * part << shift | _take(number, left, shift)
        size, left = size << shift, left - shift
        symbols.append(symbol)
    return symbols if (above, -left) == _cell(low, size) else None


def _cell(low: int, size: int) -> tuple[int, int]:
    """Of the first of the longest cells inside the interval that begins at `low`: how far above it
    begins, and the logarithm of its length."""
    cut = WIDTH - 1
    if -low % WHOLE + WHOLE > size:
        cut -= 1
    return -low % (1 << cut), cut


def _take(number: int, left: int, n: int) -> int:
    """The first `n` of the last `left` bits of `number`; zeros where it has no more."""
    rest = number >> left - n if left >= n else number << n - left
    return rest & ((1 << n) - 1)
