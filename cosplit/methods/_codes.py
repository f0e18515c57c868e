"""The source codes of `three_step`, by the stage of a split point.

Behind conv1 the picture itself is coded. Up to conv3_x a feature is still like a picture, and has a
transform code; from conv4_x on a message is hardly more than the class, and one vector is coded.
Sizes follow the feature's shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from cosplit.codec import Codec
from cosplit.codecs.picture_transform import PictureTransform
from cosplit.codecs.product_vq import ProductVq
from cosplit.codecs.weighted_transform import WeightedTransform

LARGEST_GROUP = 8
"""Bits that one codebook of a `Vector` answers for, at most."""
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Transform:
    """A transform code of `rate` bits a place."""

    name: ClassVar[str] = "transform"
    rate: float

    def bits(self, shape: Shape) -> Sequence[int]:
        """Bits an image on average, for features of `shape`: one choice."""
        return [round(self.rate * shape[1] * shape[2])]


@dataclass(frozen=True)
class Picture(Transform):
    """`numbers` coefficients a patch, for what was computed from a picture of `planes` planes."""

    planes: int
    numbers: int

    def codec(self, shape: Shape, bits: int) -> Codec:
        """The code, not calibrated."""
        return PictureTransform(shape, self.planes, self.numbers, bits)


@dataclass(frozen=True)
class Feature(Transform):
    """`inner` numbers for every patch of `side` x `side` places, `numbers` for every block of at
    most `block` x `block` patches."""

    side: int
    inner: int
    block: int
    numbers: int

    def codec(self, shape: Shape, bits: int) -> Codec:
        """The code, not calibrated; on a small map one block is all of it."""
        block = min(self.block, shape[1] // self.side)
        return WeightedTransform(shape, self.side, self.inner, block, self.numbers, bits)


@dataclass(frozen=True)
class Vector:
    """One vector of learned codewords for the whole feature, of each of `sizes` bits; `channels` of
    the expansion, `hidden` ones of the deeper reduction (0: none), `numbers` of a codeword."""

    name: ClassVar[str] = "vq"
    sizes: Sequence[int]
    channels: int
    hidden: int
    numbers: int

    def bits(self, shape: Shape) -> Sequence[int]:
        """Bits an image, whatever the feature, the most first."""
        return self.sizes

    def codec(self, shape: Shape, bits: int) -> Codec:
        """The code of `bits` bits an image."""
        groups = -(-bits // LARGEST_GROUP)
        dimension = groups * self.numbers
        return ProductVq(shape, self.channels, dimension, groups, bits // groups, self.hidden)


CODES: Mapping[str, Picture | Feature | Vector] = {
    "conv1": Picture(rate=3.8, planes=3, numbers=160),
    "conv2": Feature(rate=1.97, side=4, inner=48, block=4, numbers=256),
    "conv3": Feature(rate=1.95, side=4, inner=64, block=4, numbers=320),
    "conv4": Vector(sizes=(16, 8, 4), channels=32, hidden=128, numbers=16),
    "conv5": Vector(sizes=(8, 4), channels=64, hidden=0, numbers=32),
}
