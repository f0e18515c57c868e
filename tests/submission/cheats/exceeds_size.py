"""Sends more than its codec declares."""

from cosplit.message import Bits

MeanByte.encode = lambda self, feature, level=None: [Bits(bytes(8), 64)]
