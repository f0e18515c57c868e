"""Drowns the noise."""

from cosplit.message import Symbols


def init(self, channels, classes):
    _init(self, channels, classes)
    self.max_bits, self.max_uses, self.designed_for = None, 4, "awgn"


_init, MeanByte.__init__ = MeanByte.__init__, init
MeanByte.encode = lambda self, feature, level=None: [Symbols.of([2.0] * 4)]
