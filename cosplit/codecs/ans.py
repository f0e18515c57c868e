"""Entropy coding with asymmetric numeral systems, in whole numbers of any size.

    symbols, a table for each --encode--> one whole number --decode--> symbols

Source: J. Duda, "Asymmetric numeral systems", arXiv:1311.2540 (the range variant). The state is a
Python integer, so that the code is exact on every machine and wastes no bit at its end; full words
leave it on the way, since a long one would be slow.
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
START = 1
WORD = 256
"""Bits that leave the state at once: it stays below 2^(2 WORD)."""

Table = Sequence[int]
"""Where each symbol's frequencies begin, and TOTAL: ascending."""


def table_of(counts: "NDArray[np.int64]") -> "NDArray[np.int32]":
    """The table (k + 1,) of k symbols in proportion to `counts` (k,); none has frequency zero."""
    spare = TOTAL - len(counts)
    shares = counts * spare // max(1, int(counts.sum())) + 1
    shares[shares.argmax()] += TOTAL - shares.sum()
    return np.concatenate([[0], shares.cumsum()]).astype(np.int32)


def encode(symbols: Sequence[int], tables: Sequence[Table]) -> int:
    """One positive number for `symbols`, each by the table at its place."""
    state, words = START, []
    for symbol, table in zip(reversed(symbols), reversed(tables), strict=True):
        first = table[symbol]
        frequency = table[symbol + 1] - first
        if state >> (2 * WORD - PRECISION) >= frequency:
            words.append(state & ((1 << WORD) - 1))
            state >>= WORD
        whole, rest = divmod(state, frequency)
        state = (whole << PRECISION) + rest + first
    for word in reversed(words):
        state = state << WORD | word
    return state


def decode(number: int, tables: Sequence[Table]) -> list[int] | None:
    """The symbols again; None for a number that `encode` does not make by these tables."""
    left = max(0, (number.bit_length() - 1) // WORD - 1) * WORD
    state, symbols = number >> left, []
    for table in tables:
        slot = state & (TOTAL - 1)
        symbol = bisect_right(table, slot) - 1
        first = table[symbol]
        state = (table[symbol + 1] - first) * (state >> PRECISION) + slot - first
        if left and state >> WORD == 0:
            left -= WORD
            state = state << WORD | number >> left & ((1 << WORD) - 1)
        symbols.append(symbol)
    return symbols if state == START and not left else None
