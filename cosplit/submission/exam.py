"""What a submission is asked, drawn after it was handed in, and what only the harness knows of it.

pool = test images, validation images, changed test images     (one random order for all)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cosplit.data import ImageSet
from cosplit.seeds import derive, generator
from cosplit.submission.variants import variants
from cosplit.submission.verdicts import PLAIN
from cosplit.task import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cosplit.channel import Channel
    from cosplit.message import Message

N_CHANGED = 1000
"""Test images that are sent changed as well, of each kind."""


@dataclass(frozen=True, eq=False)
class Exam:
    """Test and validation images, changed copies of the test images at `chosen`, and which of
    them the task's base network answers correctly, by kind.

    `seed` names the noise, as it does for any row; `drawn` the order and the changes.
    """

    task: Task
    seed: int
    drawn: int
    test: ImageSet
    validation: ImageSet
    chosen: "NDArray[np.int64]"
    changed: "dict[str, NDArray[np.uint8]]"
    base: "dict[str, NDArray[np.bool_]]"

    @classmethod
    def draw(
        cls,
        task: Task,
        test: ImageSet,
        validation: ImageSet,
        base: "Callable[[NDArray[np.uint8]], NDArray[np.int64]]",
        seed: int,
        drawn: int,
    ) -> "Exam":
        """An exam; `base` answers images (n, 3, h, w) with classes (n,)."""
        n = min(N_CHANGED, len(test))
        chosen = np.sort(generator(drawn, "changed").choice(len(test), n, replace=False))
        images, labels = test.images[chosen], test.labels[chosen]
        changed = variants(task, images, drawn)
        right = {kind: base(images) == labels for kind, images in changed.items()}
        right[PLAIN] = base(images) == labels
        return cls(task, seed, drawn, test, validation, chosen, changed, right)

    @property
    def pool(self) -> "NDArray[np.uint8]":
        """All images, uint8 (n, 3, h, w): test, validation, then each kind of changed ones."""
        return np.concatenate([self.test.images, self.validation.images, *self.changed.values()])

    def order(self, *axes: str) -> "NDArray[np.int64]":
        """A random order of the pool, named by `axes`."""
        return generator(self.drawn, "order", *axes).permutation(self._n)

    def received(self, channel: "Channel", sent: "list[Message]") -> "list[Message]":
        """The pool's messages after the channel: a test image meets the noise it always meets."""
        return [
            channel.send(message, generator(seed, "noise", channel.name, index))
            for message, (seed, index) in zip(sent, self._noise(), strict=True)
        ]

    def right(self, predictions: "NDArray[np.int64]") -> "tuple[NDArray[np.bool_], float]":
        """Which test images are answered correctly, and the accuracy on validation."""
        n = len(self.test)
        validated = predictions[n : n + len(self.validation)] == self.validation.labels
        return predictions[:n] == self.test.labels, float(validated.mean())

    def right_by_kind(self, predictions: "NDArray[np.int64]") -> "dict[str, NDArray[np.bool_]]":
        """Which of the chosen images are answered correctly, plain and changed."""
        labels, start = self.test.labels[self.chosen], len(self.test) + len(self.validation)
        parts = np.split(predictions[start:], len(self.changed))
        right = {kind: part == labels for kind, part in zip(self.changed, parts, strict=True)}
        return {PLAIN: predictions[self.chosen] == labels, **right}

    @property
    def _n(self) -> int:
        return len(self.test) + len(self.validation) + len(self.changed) * len(self.chosen)

    def _noise(self) -> Iterator[tuple[int, int]]:
        yield from ((self.seed, int(i)) for i in self.test.index)
        seed = derive(self.seed, "validation")
        yield from ((seed, int(i)) for i in self.validation.index)
        for kind in self.changed:
            seed = derive(self.seed, kind)
            yield from ((seed, int(i)) for i in self.chosen)
