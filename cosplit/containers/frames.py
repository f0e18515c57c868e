"""Frames on a half's attach stream: a header of 4 bytes, then the payload.

    3 bits kind | 29 bits size | payload

The size counts bits for `BITS` (the exact length of the message needs no further field) and bytes
for every other kind. So a message crosses with 4 bytes of framing, whatever its kind.
"""

import struct
from collections.abc import Callable, Collection
from enum import IntEnum

from cosplit.errors import InvalidMessage, OverSize
from cosplit.message import Bits, Message, Symbols

HEADER_BYTES = 4
LARGEST = (1 << 29) - 1
_SIZE_BITS = 29
_LARGEST_WORDS = 1 << 16
"""Of a JSON or FAULT frame, whatever else is expected."""


class Kind(IntEnum):
    """What a frame carries. Numbers outside are garbage."""

    LOAD = 1
    """One half: safetensors, with what it takes to build it in the header."""
    IMAGE = 2
    """One image, uint8, channels first."""
    BITS = 3
    SYMBOLS = 4
    LOGITS = 5
    """One image's logits, little-endian float32."""
    JSON = 6
    """A request to the worker, or its answer."""
    FAULT = 7
    """How the worker failed: outcome and detail, as JSON."""


def pack(kind: Kind, payload: bytes) -> bytes:
    """A whole frame of any kind but `BITS`.

    Raises:
        OverSize: the payload is above 512 MiB.
    """
    return _header(kind, len(payload)) + payload


def pack_message(message: Message) -> bytes:
    """A message as a frame: its payload and 4 bytes."""
    if isinstance(message, Bits):
        return _header(Kind.BITS, message.n_bits) + message.data
    return pack(Kind.SYMBOLS, message.data)


def unpack_message(kind: Kind, size: int, payload: bytes) -> Message:
    """The inverse of `pack_message`.

    Raises:
        InvalidMessage: padding bits are set, or the bytes are no whole number of symbols.
    """
    return Bits(payload, size) if kind is Kind.BITS else Symbols(payload)


def read_frame(
    read: Callable[[int], bytes], expected: Collection[Kind], largest: int = LARGEST
) -> tuple[Kind, int, bytes]:
    """Kind, size as in the header, and payload of the next frame.

    Args:
        read: gives exactly n bytes, or raises (EOFError where the stream ended).
        expected: the kinds that may come now.
        largest: the most bytes that data may have; nothing is read of a larger frame.

    Raises:
        InvalidMessage: another kind of frame, or no frame at all.
        OverSize: the payload is larger.
    """
    (header,) = struct.unpack(">I", read(HEADER_BYTES))
    number, size = header >> _SIZE_BITS, header & LARGEST
    if number not in expected:
        raise InvalidMessage(f"garbage on the stream: no frame begins with {header:08x}")
    kind = Kind(number)
    n_bytes = (size + 7) // 8 if kind is Kind.BITS else size
    most = _LARGEST_WORDS if kind in (Kind.JSON, Kind.FAULT) else largest
    if n_bytes > most:
        raise OverSize(f"a {kind.name} frame of {n_bytes} bytes; at most {most} are taken")
    return kind, size, read(n_bytes)


def _header(kind: Kind, size: int) -> bytes:
    if size > LARGEST:
        raise OverSize(f"a {kind.name} frame of {size}; the largest is {LARGEST}")
    return struct.pack(">I", kind << _SIZE_BITS | size)
