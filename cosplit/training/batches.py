"""Training batches: order, crop and flip are functions of a seed and the epoch alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from cosplit.method import Batch
from cosplit.seeds import Axis, torch_generator

GREY = 127
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
        self,
        seed: int,
        *axes: Axis,
        augment: bool = True,
        small: bool = False,
        erase: int = 0,
        view: int | None = None,
    ) -> Iterator[Batch]:
        """The batches of the epoch that `seed` and `axes` name, images uint8.

        With `view` every image shows the crop of that number, which no seed moves; whether it is
        mirrored is drawn as ever. `erase` is the side of the square that each image loses.
        """
        rng = torch_generator(seed, *axes, "batches")
        for rows in torch.randperm(len(self.images), generator=rng).tensor_split(self.steps):
            images = self._augmented(rows, view, rng) if augment else self.images[rows]
            images = erased(images, erase, rng) if erase else images
            yield Batch(shrunk(images) if small else images, self.labels[rows], rows, view)

    def view(self, number: int) -> Iterator[Batch]:
        """All images in their order at the crop of that number, none mirrored."""
        for rows in torch.split(torch.arange(len(self.images)), self.batch_size):
            starts = self._view_starts(number)[rows]
            still = torch.zeros(len(rows), dtype=torch.bool)
            yield Batch(self._crops(rows, starts, still), self.labels[rows], rows, number)

    def _augmented(self, rows: Tensor, view: int | None, rng: torch.Generator) -> Tensor:
        drawn = self._starts(len(rows), rng)
        starts = drawn if view is None else self._view_starts(view)[rows]
        mirrored = torch.rand(len(rows), generator=rng) < (0.5 if self.flip else 0)
        return self._crops(rows, starts, mirrored)

    def _starts(self, n: int, rng: torch.Generator) -> Tensor:
        return torch.randint(-self.padding, self.padding + 1, (n, 2), generator=rng)

    def _view_starts(self, number: int) -> Tensor:
        return self._starts(len(self.images), torch_generator(0, "view", number))

    def _crops(self, rows: Tensor, starts: Tensor, mirrored: Tensor) -> Tensor:
        _, channels, height, width = self.images.shape
        down, across = window(starts[:, :1], height), window(starts[:, 1:], width)
        across = torch.where(mirrored[:, None], across.flip(1), across)
        planes = torch.arange(channels)[None, :, None, None]
        return self.images[
            rows[:, None, None, None], planes, down[:, None, :, None], across[:, None, None, :]
        ]


def window(starts: Tensor, size: int) -> Tensor:
    """Indices (n, size) of crops at `starts` (n, 1) from an image reflected at its edges."""
    index = (starts + torch.arange(size)).abs()
    return (size - 1) - ((size - 1) - index).abs()


def erased(images: Tensor, side: int, rng: torch.Generator) -> Tensor:
    """uint8 images (n, 3, h, w), each grey in a square whose centre lies anywhere in it: of `side`,
    or one less where that is even and has no centre (cutout, T. DeVries and G. Taylor,
    arXiv:1708.04552)."""
    n, _, height, width = images.shape
    down = (torch.arange(height) - torch.randint(height, (n, 1), generator=rng)).abs()
    across = (torch.arange(width) - torch.randint(width, (n, 1), generator=rng)).abs()
    gone = (2 * down < side)[:, None, :, None] & (2 * across < side)[:, None, None, :]
    return images.masked_fill(gone, GREY)


def shrunk(images: Tensor) -> Tensor:
    """uint8 images at three quarters of their height and width (bilinear, antialiased)."""
    size = [max(1, round(SMALL * side)) for side in images.shape[-2:]]
    return functional.interpolate(images, size=size, mode="bilinear", antialias=True)
