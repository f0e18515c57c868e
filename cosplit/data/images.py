"""Images with their labels and where they stand in the original data set."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosplit.seeds import generator


@dataclass(frozen=True, eq=False)
class ImageSet:
    """One part of a task's data, in ascending original order.

    Attributes:
        images: uint8 of shape (n, 3, h, w), C-contiguous, RGB.
        labels: int64 of shape (n,).
        index: int64 of shape (n,), each image's position in the source's own order.
        n_whole: how many images the whole part has, those this copy lacks included.
        digest: SHA-256 of the three arrays, alike for every layout on disk.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    index: NDArray[np.int64]
    n_whole: int
    digest: str

    @classmethod
    def of(cls, images: Any, labels: Any, index: Any, n_whole: int) -> "ImageSet":
        """A set from array-likes of the shapes above, its digest computed."""
        arrays = (
            np.ascontiguousarray(images, "u1"),
            np.ascontiguousarray(labels, "<i8"),
            np.ascontiguousarray(index, "<i8"),
        )
        digest = hashlib.sha256()
        for array in arrays:
            digest.update(repr(array.shape).encode())
            digest.update(array.data)
        return cls(*arrays, n_whole=n_whole, digest=digest.hexdigest())

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, keep: NDArray[np.integer[Any]]) -> "ImageSet":
        """The images at positions `keep`, ascending; the whole part is still `n_whole`."""
        return ImageSet.of(self.images[keep], self.labels[keep], self.index[keep], self.n_whole)

    def balanced(self, n: int, seed: int) -> "ImageSet":
        """At most `n` images drawn evenly over the classes, in the original order.

        Class counts differ by one at most, unless a class has too few images. A larger draw of
        the same seed contains the smaller one.
        """
        if n >= len(self):
            return self
        rng = generator(seed, "balanced")
        shuffled = rng.permutation(len(self))
        turn = np.empty(len(self))
        for label in np.unique(self.labels):
            members = shuffled[self.labels[shuffled] == label]
            turn[members] = np.arange(len(members)) + rng.random()
        return self.take(np.sort(np.argsort(turn)[: max(n, 0)]))
