"""Reduction of a feature that is still a picture to fewer numbers place by place, and back.

    feature (c, h, w) --conv s x s--> (channels, h/s, w/s) --conv 3x3--> numbers (m, h/s, w/s)
    numbers --conv 3x3--> (channels, h/s, w/s) --transposed conv s x s--> feature (c, h, w)

Source: the dimension reduction of arXiv:2006.02166, its fully connected layer replaced by a
convolution: what an early layer sees is local, and a layer that connects all of it would have
millions of weights.
"""

from collections.abc import Sequence

from torch import nn

from cosplit.errors import CosplitError


def places_of(shape: Sequence[int], stride: int) -> tuple[int, int]:
    """Rows and columns of patches of `stride` x `stride` in a map of `shape` (c, h, w).

    Raises:
        CosplitError: they do not tile it.
    """
    _, height, width = shape
    if height % stride or width % stride:
        raise CosplitError(
            f"patches of {stride} x {stride} do not tile a map of {height} x {width}"
        )
    return height // stride, width // stride


def spatial_reduction(c: int, stride: int, channels: int, numbers: int) -> nn.Sequential:
    """A module from features (n, c, h, w) to (n, numbers, h/stride, w/stride)."""
    return nn.Sequential(
        nn.Conv2d(c, channels, stride, stride, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.Conv2d(channels, numbers, 3, padding=1),
    )


def spatial_expansion(c: int, stride: int, channels: int, numbers: int) -> nn.Sequential:
    """The way back, to features that are not negative."""
    return nn.Sequential(
        nn.Conv2d(numbers, channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.ConvTranspose2d(channels, c, stride, stride, bias=False),
        nn.BatchNorm2d(c),
        nn.ReLU(),
    )
