"""Training batches: order, crop and flip are functions of a seed and the epoch alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from cosplit.seeds import Axis, torch_generator

SMALL = 0.75
"""The size of images in early epochs, as a share of their own."""


@dataclass(frozen=True)
class Batches:
    """Images uint8 (n, 3, h, w) with labels int64 (n,), shuffled and augmented by epoch."""

    images: Tensor
    labels: Tensor
    batch_size: int
    padding: int
    flip: bool

    @property
    def steps(self) -> int:
        """Batches an epoch, of nearly equal size; every image is seen once."""
        return max(1, round(len(self.images) / self.batch_size))

    def epoch(
        self, seed: int, *axes: Axis, augment: bool = True, small: bool = False
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """The batches of the epoch that `seed` and `axes` name, images uint8."""
        rng = torch_generator(seed, *axes, "batches")
        for chosen in torch.randperm(len(self.images), generator=rng).tensor_split(self.steps):
            images = self._augmented(chosen, rng) if augment else self.images[chosen]
            yield shrunk(images) if small else images, self.labels[chosen]

    def _augmented(self, chosen: Tensor, rng: torch.Generator) -> Tensor:
        n, (_, channels, height, width) = len(chosen), self.images.shape
        rows = window(n, height, self.padding, rng)
        columns = window(n, width, self.padding, rng)
        if self.flip:
            mirrored = torch.rand(n, generator=rng) < 0.5  # noqa: PLR2004 (a fair coin)
            columns = torch.where(mirrored[:, None], columns.flip(1), columns)
        planes = torch.arange(channels)[None, :, None, None]
        return self.images[
            chosen[:, None, None, None], planes, rows[:, None, :, None], columns[:, None, None, :]
        ]


def window(n: int, size: int, padding: int, rng: torch.Generator) -> Tensor:
    """Indices (n, size) of a random crop after reflect padding, without the padded copy."""
    start = torch.randint(-padding, padding + 1, (n, 1), generator=rng)
    index = (start + torch.arange(size)).abs()
    return (size - 1) - ((size - 1) - index).abs()


def shrunk(images: Tensor) -> Tensor:
    """uint8 images at three quarters of their height and width (bilinear, antialiased)."""
    size = [max(1, round(SMALL * side)) for side in images.shape[-2:]]
    return functional.interpolate(images, size=size, mode="bilinear", antialias=True)
