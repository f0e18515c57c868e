"""A static Huffman code over bytes that zlib can decode.

    calibration bytes --> code lengths (257,), shipped with the model
    bytes --(code of each byte)--> bits
    140-byte deflate header made of the lengths + bits --inflate--> bytes

The code is that of a deflate block with dynamic tables (RFC 1951, section 3.2.7), whose header is
a function of the code lengths and so is never sent: the receiver writes it in front of what it
got. Bits run from the least significant one of each byte, as deflate's do.
"""

import heapq
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
ALPHABET = 257
"""256 bytes and deflate's end of block, which must have a code and is never sent."""
LONGEST = 15
"""Bits of deflate's longest code."""
_LENGTH_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)


def code_lengths(data: Bytes) -> Bytes:
    """Huffman code lengths (257,) for bytes distributed as `data`; every byte has a code."""
    counts = [*(np.bincount(data.ravel(), minlength=256) + 1).tolist(), 1]
    while max(lengths := _depths(counts)) > LONGEST:
        counts = [count // 2 + 1 for count in counts]
    return np.array(lengths, np.uint8)


def _depths(counts: Sequence[int]) -> list[int]:
    depths = [0] * len(counts)
    heap = [(count, symbol, [symbol]) for symbol, count in enumerate(counts)]
    heapq.heapify(heap)
    while len(heap) > 1:
        one, other = heapq.heappop(heap), heapq.heappop(heap)
        for symbol in (leaves := one[2] + other[2]):
            depths[symbol] += 1
        heapq.heappush(heap, (one[0] + other[0], one[1], leaves))
    return depths


def encode(data: Bytes, lengths: Bytes) -> tuple[bytes, int]:
    """The code of `data` (n,) and its exact number of bits; the last byte is padded with zeros."""
    codes, sizes = _pair_tables(lengths.tobytes())
    pairs = np.append(data, np.uint8(0))[: len(data) & ~1].view("<u2")
    values, widths = codes[pairs], sizes[pairs]
    if len(data) % 2:
        values = np.append(values, _codes(lengths)[data[-1]])
        widths = np.append(widths, lengths[data[-1]])
    if len(values) % 2:
        values, widths = np.append(values, np.uint64(0)), np.append(widths, np.uint8(0))
    values = values[::2] | values[1::2] << widths[::2].astype(np.uint64)
    return _concatenate(values, widths[::2] + widths[1::2])


def decode(bits: bytes, lengths: Bytes, count: int) -> Bytes | None:
    """The `count` bytes that `bits` stand for, or None where they stand for fewer."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflate.decompress(_header(lengths.tobytes()) + bits, count)
    except zlib.error:
        return None
    return np.frombuffer(data, np.uint8) if len(data) == count else None


def _concatenate(values: NDArray[np.uint64], widths: Bytes) -> tuple[bytes, int]:
    """Bit strings of at most 60 bits, laid end to end in 64-bit words."""
    ends = np.cumsum(widths, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    starts = ends - widths
    word, shift = starts >> 6, (starts & 63).astype(np.uint64)
    words = np.zeros(total // 64 + 2, "<u8")
    first = np.flatnonzero(np.diff(word, prepend=-1))
    last = np.append(first[1:], len(word)) - 1
    if total:
        words[word[first]] = np.bitwise_or.reduceat(values << shift, first)
        spill = values[last] >> np.uint64(1) >> (np.uint64(63) - shift[last])
        words[word[last] + 1] |= spill  # only the last one in a word can run over
    return words.tobytes()[: (total + 7) // 8], total


@lru_cache(maxsize=8)
def _pair_tables(lengths: bytes) -> tuple[NDArray[np.uint64], Bytes]:
    """Codes of two bytes at once, and their widths, by first + 256 * second."""
    width = np.frombuffer(lengths, np.uint8)[:256]
    code = _codes(np.frombuffer(lengths, np.uint8))[:256]
    pairs = code[None, :] | (code[:, None] << width.astype(np.uint64)[None, :])
    return pairs.ravel(), (width[None, :] + width[:, None]).ravel()


def _codes(lengths: Bytes) -> NDArray[np.uint64]:
    """Canonical codes (RFC 1951, section 3.2.2), first bit lowest."""
    codes = np.zeros(len(lengths), np.uint64)
    code = previous = 0
    for symbol in np.lexsort((np.arange(len(lengths)), lengths)):
        size = int(lengths[symbol])
        code <<= size - previous
        codes[symbol] = int(f"{code:0{size}b}"[::-1], 2)
        code, previous = code + 1, size
    return codes


@lru_cache(maxsize=8)
def _header(lengths: bytes) -> bytes:
    """An empty block with fixed codes, which brings the next one's end to a whole byte, and the
    header of a last block: 257 literal and 2 distance code lengths (none), 4 bits each."""
    fields = [(0, 1), (1, 2), (0, 7), (1, 1), (2, 2), (0, 5), (1, 5), (15, 4)]
    bits = "".join(f"{value:0{size}b}"[::-1] for value, size in fields)
    bits += "".join("001" if symbol <= LONGEST else "000" for symbol in _LENGTH_ORDER)
    bits += "".join(f"{length:04b}" for length in (*lengths, 0, 0))
    return np.packbits(np.array(list(bits), np.uint8), bitorder="little").tobytes()
