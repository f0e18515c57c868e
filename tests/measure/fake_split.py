"""A split model of four classes that is always right, its codecs, and channels to run it over."""

import numpy as np
import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.data import ImageSet
from cosplit.message import Bits, Symbols
from cosplit.split import SplitModel

CLASSES = 4


def brightness_images(n: int = 40, index: "np.ndarray | None" = None) -> ImageSet:
    """Image i shows class i % 4 as its brightness."""
    labels = np.arange(n) % CLASSES
    images = np.repeat((labels * 60)[:, None], 3 * 4, axis=1).reshape(n, 3, 2, 2)
    return ImageSet.of(images, labels, np.arange(n) if index is None else index, n)


class Mean(nn.Module):
    """Images to their brightness class as a float (n, 1); counts its calls."""

    calls = 0

    def forward(self, images: Tensor) -> Tensor:
        self.calls += 1
        return images.float().mean((1, 2, 3), keepdim=False)[:, None] / 60


class Nearest(nn.Module):
    """Features (n, 1) to logits, highest at the nearest class; counts its calls."""

    calls = 0

    def forward(self, feature: Tensor) -> Tensor:
        self.calls += 1
        return -(feature - torch.arange(CLASSES)).abs()


class ByteCodec(Codec):
    """The class as one byte."""

    max_bits = 8

    def __init__(self) -> None:
        super().__init__()
        self.encoder = self.decoder = nn.Identity()
        self.encoded = 0

    def forward(self, feature, channel=None, noise=None):
        return feature

    def encode(self, feature, level=None):
        self.encoded += 1
        return [Bits.of_bytes(bytes([int(x)])) for x in feature[:, 0]]

    def decode(self, received, level=None):
        return torch.tensor([[float(m.data[0])] for m in received])


class UnaryCodec(ByteCodec):
    """The class as that many ones and a zero: prefix-free, of 1 to 4 bits."""

    prefix_free = True
    max_bits = 4

    def encode(self, feature, level=None):
        lengths = [int(x) + 1 for x in feature[:, 0]]
        return [Bits(bytes([(0xFF00 >> (n - 1)) & 0xFF]), n) for n in lengths]

    def decode(self, received, level=None):
        return torch.tensor([[m.n_bits - 1.0] for m in received])


class SymbolCodec(ByteCodec):
    """The class as one symbol in [-1, 1]; remembers the levels it was told."""

    max_bits, max_uses = None, 1
    designed_for = "awgn"

    def encode(self, feature, level=None):
        self.encoded += 1
        return [Symbols.of([float(x) / 1.5 - 1]) for x in feature[:, 0]]

    def decode(self, received, level=None):
        return torch.tensor([[float((m.values()[0] + 1) * 1.5)] for m in received])


def fake_model(codec: Codec) -> SplitModel:
    return SplitModel(Mean(), codec, Nearest(), {})


class Lossless(Channel):
    kind = "noiseless"
    name = "noiseless"
    level = None

    def capacity(self):
        return float("inf")

    def send(self, message, rng):
        return message

    def transmit(self, values, noise):
        return values


class Gauss(Lossless):
    """Noise of standard deviation 10^(-snr_db / 20) on each symbol."""

    kind = "awgn"

    def __init__(self, level):
        self.snr_db = level

    name = property(lambda self: f"awgn{self.snr_db:g}")
    level = property(lambda self: self.snr_db)

    def capacity(self):
        return 0.5 * np.log2(1 + 10 ** (self.snr_db / 10))

    def send(self, message, rng):
        return Symbols.of(message.values() + rng.normal(0, 10 ** (-self.snr_db / 20)))


GRID = [Gauss(level) for level in (0.0, 5.0, 10.0, 20.0)]
