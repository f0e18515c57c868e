"""Channel uses that a message needs when its channel code has a finite length.

Normal approximation of Y. Polyanskiy, H. V. Poor and S. Verdu, "Channel coding rate in the finite
blocklength regime", IEEE Transactions on Information Theory 56(5), 2010, with C the capacity, V the
dispersion and Q^-1 the inverse of the Gaussian tail: the best code of n uses sends

    k = n C - sqrt(n V) Q^-1(block error) + 0.5 log2 n    bits.

The authors find it tight from about n = 100 on; below that it is a guide, capacity even less so.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import NamedTuple

from cosplit.errors import CosplitError, unknown

BLOCK_ERROR = 1e-3


class Law(NamedTuple):
    """What the approximation needs of a memoryless channel: bits and bits squared a use."""

    capacity: float
    dispersion: float


def awgn(snr_db: float) -> Law:
    """Real Gaussian noise; one use is one real symbol, the SNR S that of a real dimension.

    C = 0.5 log2(1 + S), V = S (S + 2) / (2 (S + 1)^2) log2(e)^2.
    """
    snr = 10 ** (snr_db / 10)
    dispersion = snr * (snr + 2) / (2 * (snr + 1) ** 2) * math.log2(math.e) ** 2
    return Law(0.5 * math.log2(1 + snr), dispersion)


def bsc(flip: float) -> Law:
    """Bits flipped with probability p in (0, 0.5).

    C = 1 - H(p), V = p (1 - p) log2((1 - p) / p)^2.
    """
    capacity = 1 + flip * math.log2(flip) + (1 - flip) * math.log2(1 - flip)
    return Law(capacity, flip * (1 - flip) * math.log2((1 - flip) / flip) ** 2)


LAWS: Mapping[str, Callable[[float], Law]] = {"awgn": awgn, "bsc": bsc}


def law(channel: str) -> Law:
    """The law of a channel by its name, as in `awgn10` or `bsc0.05`.

    Raises:
        CosplitError: a kind of channel that has no law here.
    """
    for kind, of in LAWS.items():
        if channel.startswith(kind):
            return of(float(channel.removeprefix(kind)))
    raise unknown("channel", channel, LAWS)


def bits(law: Law, uses: int, block_error: float = BLOCK_ERROR) -> float:
    """Bits that the best code of `uses` channel uses sends; negative where it is too short."""
    backoff = NormalDist().inv_cdf(1 - block_error) * math.sqrt(uses * law.dispersion)
    return uses * law.capacity - backoff + 0.5 * math.log2(uses)


def channel_uses(law: Law, message_bits: float, block_error: float = BLOCK_ERROR) -> int:
    """The fewest channel uses that send `message_bits` (1 or more), never below capacity's count.

    The approximation alone could pass capacity where the dispersion is small; no code can.

    Raises:
        CosplitError: the channel has no capacity.
    """
    capacity, dispersion = law
    if capacity <= 0:
        raise CosplitError("a channel without capacity sends nothing; ask for less noise")
    backoff = NormalDist().inv_cdf(1 - block_error) * math.sqrt(dispersion)
    root = (backoff + math.sqrt(backoff**2 + 4 * capacity * message_bits)) / (2 * capacity)
    enough = math.ceil(root**2) + 1  # without the log term
    uses = range(max(1, math.ceil(message_bits / capacity)), enough + 1)
    # From 1 bit on, what n uses send falls short up to one n and suffices from there.
    return uses[bisect_left(uses, True, key=lambda n: bits(law, n, block_error) >= message_bits)]
