"""A plain network of a given number of MACs: what that many are known to cost in CPU seconds.

    image --17 convolutions 3x3, normalised, ReLU--> thrown away;  image --PNG--> message

As many layers as ResNet18 has, since calling an operation costs as well; the PNG stands for work
that is not counted in MACs and that any honest encoder may do. This file
is given to containers in place of a method's; the harness never imports it.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from cosplit.codecs.png import Png
from cosplit.method import Method, Trainer
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task

DEPTH = 17


class ReferenceNetwork(Method):
    """`config["macs"]` MACs in layers of one width, one channel at least."""

    title = "Reference for CPU seconds"
    authors = "cosplit"
    source = "leaderboard/RULES.md"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """None: it is no answer to a task."""
        return ()

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """It has nothing to learn."""
        raise NotImplementedError

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """A device half that computes and sends the image as it is."""
        busy = _Busy(task.data.shape, config["macs"])
        return SplitModel(busy, Png(task.data.shape), nn.Identity(), config)


class _Busy(nn.Module):
    def __init__(self, shape: Sequence[int], macs: int) -> None:
        super().__init__()
        self.weights = [torch.full(size, 0.01) for size in _layers(shape, macs)]

    def forward(self, images: Tensor) -> Tensor:
        x = images.float() / 255
        for weight in self.weights:
            ones = torch.ones(len(weight))
            x = functional.conv2d(x, weight, padding=1)
            x = functional.relu(functional.batch_norm(x, ones, ones))
        return images


def _layers(shape: Sequence[int], macs: int) -> list[tuple[int, int, int, int]]:
    """Sizes of the convolutions: 9 * pixels * (3 w + 16 w^2) MACs for the width w."""
    channels, h, w = shape
    budget, width = macs / (9 * h * w), 1
    while channels * (width + 1) + (DEPTH - 1) * (width + 1) ** 2 <= budget:
        width += 1
    left = budget - channels * width - (DEPTH - 1) * width**2
    last = width + max(0, int(left / width))
    outs = [*[width] * (DEPTH - 1), last]
    return [(out, before, 3, 3) for before, out in pairwise([channels, *outs])]
