"""The source codes of `three_step`, by the stage of a split point.

Up to conv3_x a feature is still a picture, and is coded place by place; from conv4_x on a message
is hardly more than the class, and one vector is coded. Sizes follow the feature's shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cosplit.codec import Codec
from cosplit.codecs.product_vq import ProductVq
from cosplit.codecs.spatial_vq import SpatialVq

GROUP_BITS = 8
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Spatial:
    """`groups` codes for every patch of `stride` x `stride` places; `channels` of the codec's inner
    layers, `size` numbers a codeword."""

    stride: int
    groups: int
    channels: int
    size: int

    def bits(self, shape: Shape) -> int:
        """Bits an image for features of `shape`."""
        _, height, width = shape
        return (height // self.stride) * (width // self.stride) * self.groups * GROUP_BITS

    def codec(self, shape: Shape, bits: int) -> Codec:
        """The code of `bits` bits an image."""
        groups = bits * self.groups // self.bits(shape)
        return SpatialVq(shape, self.stride, self.channels, groups, self.size, GROUP_BITS)


@dataclass(frozen=True)
class Vector:
    """`groups` codes for the whole feature; `channels` of the expansion, `hidden` ones of the
    deeper reduction (0: none), `size` numbers a codeword."""

    groups: int
    channels: int
    hidden: int
    size: int

    def bits(self, shape: Shape) -> int:
        """Bits an image, whatever the feature."""
        return self.groups * GROUP_BITS

    def codec(self, shape: Shape, bits: int) -> Codec:
        """The code of `bits` bits an image."""
        groups = bits // GROUP_BITS
        size = groups * self.size
        return ProductVq(shape, self.channels, size, groups, GROUP_BITS, self.hidden)


CODES: Mapping[str, Spatial | Vector] = {
    "conv1": Spatial(stride=2, groups=2, channels=16, size=8),
    "conv2": Spatial(stride=4, groups=4, channels=32, size=8),
    "conv3": Spatial(stride=4, groups=4, channels=64, size=16),
    "conv4": Vector(groups=2, channels=32, hidden=128, size=16),
    "conv5": Vector(groups=1, channels=64, hidden=0, size=32),
}
