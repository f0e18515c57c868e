"""Dimension reduction of a feature map to a short vector, and its expansion on the server.

    feature (c, h, w) --conv, patches of s x s--> (channels, h/s, w/s) --FC--> (dimension,)
    (dimension,) --FC--> (channels, h/s, w/s) --transposed conv, s x s--> feature (c, h, w)

Source: "Task-oriented feature encoding" of arXiv:2006.02166: a convolution to fewer channels,
then a fully connected layer. s is 1 where the map is 8 x 8 or smaller (a 1 x 1 convolution), and
else the smallest that makes it so; patches cost c * channels * h * w MACs whatever s is: with 8
channels 0.13 M at 256 x 8 x 8 and 0.52 M at 64 x 32 x 32, far below 1 % of the network.
"""

import math

from torch import nn

LARGEST_MAP = 8


def stride_of(shape: tuple[int, int, int]) -> int:
    """Side of the patches that bring a map of `shape` (c, h, w) to 8 x 8 or below."""
    _, height, width = shape
    common = math.gcd(height, width)
    divisors = (s for s in range(1, common + 1) if common % s == 0)
    return next((s for s in divisors if max(height, width) / s <= LARGEST_MAP), common)


def _reduced(shape: tuple[int, int, int], channels: int) -> tuple[int, int, int]:
    stride = stride_of(shape)
    return channels, shape[1] // stride, shape[2] // stride


def reduction(
    shape: tuple[int, int, int], channels: int, dimension: int, hidden: int = 0
) -> nn.Sequential:
    """A module from features (n, *shape) to vectors (n, dimension).

    With `hidden`, `deep_layers` of that many channels stand in place of the convolution by patches:
    where the message is hardly more than the class, the encoder ends the classifier. At 128
    channels of 8 x 8 and as many hidden ones 4.7 M MACs.
    """
    if hidden:
        return _deep(shape, hidden, dimension)
    stride = stride_of(shape)
    return nn.Sequential(
        nn.Conv2d(shape[0], channels, stride, stride, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(math.prod(_reduced(shape, channels)), dimension),
    )


def deep_layers(channels: int, hidden: int) -> nn.Sequential:
    """Two convolutions of 3 x 3 from `channels` to `hidden` channels, the first halving the map."""
    layers: list[nn.Module] = []
    for before, stride in ((channels, 2), (hidden, 1)):
        conv = nn.Conv2d(before, hidden, 3, stride, padding=1, bias=False)
        layers += [conv, nn.BatchNorm2d(hidden), nn.ReLU()]
    return nn.Sequential(*layers)


def _deep(shape: tuple[int, int, int], hidden: int, dimension: int) -> nn.Sequential:
    channels, height, width = shape
    small = hidden * -(-height // 2) * -(-width // 2)
    return nn.Sequential(deep_layers(channels, hidden), nn.Flatten(), nn.Linear(small, dimension))


def expansion(shape: tuple[int, int, int], channels: int, dimension: int) -> nn.Sequential:
    """A module from vectors (n, dimension) to features (n, *shape), which are not negative."""
    stride = stride_of(shape)
    small = _reduced(shape, channels)
    return nn.Sequential(
        nn.Linear(dimension, math.prod(small)),
        nn.ReLU(),
        nn.Unflatten(1, small),
        nn.ConvTranspose2d(channels, shape[0], stride, stride, bias=False),
        nn.BatchNorm2d(shape[0]),
        nn.ReLU(),
    )
