"""Images changed so little that a classifier keeps its answer and a memory does not."""

from typing import TYPE_CHECKING

import numpy as np

from cosplit.seeds import generator
from cosplit.task import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray


def variants(task: Task, images: "NDArray[np.uint8]", seed: int) -> "dict[str, NDArray[np.uint8]]":
    """Changed copies of `images` (n, 3, h, w) by kind: those that the task's training knows.

    `levels`: every value up to one level up or down; `shifted`: by a pixel, where the task crops;
    `mirrored`: where it flips.
    """
    kinds = {"levels": _levels(images, seed)}
    if task.training.crop_padding:
        kinds["shifted"] = _shifted(images, seed)
    if task.training.flip:
        kinds["mirrored"] = np.ascontiguousarray(images[..., ::-1])
    return kinds


def _levels(images: "NDArray[np.uint8]", seed: int) -> "NDArray[np.uint8]":
    steps = generator(seed, "levels").integers(-1, 2, images.shape, dtype=np.int16)
    changed: NDArray[np.uint8] = np.clip(images + steps, 0, 255).astype(np.uint8)
    return changed


def _shifted(images: "NDArray[np.uint8]", seed: int) -> "NDArray[np.uint8]":
    """Each by one pixel along one axis or both, the edge mirrored as in training's crops."""
    h, w = images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="reflect")
    places = [(y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)]
    drawn = generator(seed, "shifted").integers(len(places), size=len(images))
    corners = [places[k] for k in drawn]
    return np.stack([p[:, y : y + h, x : x + w] for p, (y, x) in zip(padded, corners, strict=True)])
