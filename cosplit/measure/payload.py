"""Bits as they are charged: exactly what was sent, and what its length tells beside it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from cosplit.message import Bits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def charged_bits(
    messages: Sequence[Bits], max_bits: int, prefix_free: bool = False
) -> "NDArray[np.int64]":
    """Bits charged for each message of one operating point, int64 of shape (n,).

    A receiver that is not told where a message ends learns something from its length. So
    messages are charged as sent where they are all of one length, or where the code is declared
    prefix-free and these messages are; otherwise each one also pays for naming its length.
    """
    import numpy as np

    sent = np.array([message.n_bits for message in messages], dtype=np.int64)
    one_length = bool((sent == sent[:1]).all())
    if one_length or (prefix_free and is_prefix_free(messages)):
        return sent
    return sent + length_bits(max_bits)


def length_bits(max_bits: int) -> int:
    """Bits that name a length of 0 to `max_bits`: ceil(log2(max_bits + 1))."""
    return max_bits.bit_length()


def is_prefix_free(messages: Sequence[Bits]) -> bool:
    """Whether no message is the beginning of a different one.

    Sorted by content, then length, whatever begins with a message follows it directly, so
    neighbours are all that need comparing.
    """
    ordered = sorted({(message.data, message.n_bits) for message in messages})
    return not any(_begins(longer, shorter) for shorter, longer in pairwise(ordered))


def _begins(longer: tuple[bytes, int], shorter: tuple[bytes, int]) -> bool:
    (data, n_bits), (start, n_start) = longer, shorter
    if n_start >= n_bits:
        return False
    whole, rest = divmod(n_start, 8)
    mask = 0xFF00 >> rest & 0xFF
    return data[:whole] == start[:whole] and (rest == 0 or (data[whole] ^ start[whole]) & mask == 0)
