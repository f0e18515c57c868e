"""No cheat: four symbols of power 1 an image, for a channel with noise."""

from cosplit.message import Symbols


def init(self, channels, classes):
    _init(self, channels, classes)
    self.max_bits, self.max_uses, self.designed_for = None, channels, "awgn"


def encode(self, feature, level=None):
    return [Symbols.of(row.tanh().numpy()) for row in feature.mean((2, 3))]


def decode(self, received, level=None):
    return self.decoder(torch.tensor(received[0].values().copy())[None])


_init, MeanByte.__init__ = MeanByte.__init__, init
MeanByte.encode, MeanByte.decode = encode, decode
