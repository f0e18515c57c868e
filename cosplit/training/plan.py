"""What a training will take: the stages still to be made, and how long each is on this machine.

method, point --fit--> Planner: notes each stage, times a step of it, trains nothing
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import thread_time
from typing import TypeVar

import torch
from torch import Tensor, nn

from cosplit.method import Batch, Loss, Teacher
from cosplit.recipe import Recipe
from cosplit.seeds import torch_generator
from cosplit.training.base import train_base
from cosplit.training.batches import SMALL
from cosplit.training.precision import autocast
from cosplit.training.run import set_modes
from cosplit.training.trainer import LocalTrainer

M = TypeVar("M", bound=nn.Module)
N_TIMED = 32
"""Images in the step that is timed: enough that time grows with their number."""
N_CALIBRATION = 8
"""A plan's code tables and rankings are of no use: a few images make them."""


@dataclass(frozen=True)
class Planned:
    """A stage; `seconds` of training, or None where it was made before."""

    key: str
    epochs: float
    seconds: float | None


class Planner:
    """A `Trainer` that trains nothing: give it to a method's `fit`.

    Each stage is told to `note` once, however many points share it. Its time is measured: one
    step forward and back, in the stage's own model and loss, after one to warm up. Counted
    operations would be cheaper, but say nothing of what a loss does besides (writing JPEG files,
    teaching), nor that narrow networks take longer an operation. The clock is this thread's: it
    stands still while other programs run, which the few steps of a plan would be at the mercy
    of. Left out, and of little weight: the optimiser, validation, calibration and
    the base's answers to fixed views.

    Weights are not those of a real fit, and every choice on validation takes its first way.
    """

    def __init__(
        self,
        trainer: LocalTrainer,
        note: Callable[[Planned], None],
        clock: Callable[[], float] = thread_time,
    ) -> None:
        self.task = trainer.task
        self.seed = trainer.seed
        self._trainer = trainer
        self._note = note
        self._clock = clock
        self._noted: set[tuple[str, Recipe]] = set()

    def base(self) -> nn.Module:
        """The original network, its training planned where it is still to be trained."""
        return copy.deepcopy(self._base)

    @cached_property
    def _base(self) -> nn.Module:
        return self._trainer.base() if self._trainer.base_file else train_base(self)

    def teacher(self) -> Teacher:
        """The base where it answers every batch; nothing where it answers fixed views once."""
        if not self.task.training.views:
            return lambda batch: self._base(batch.images)
        classes = self.task.data.classes
        return lambda batch: torch.zeros(len(batch.images), classes)

    def shared(
        self, key: str, recipes: Sequence[Recipe], build: Callable[[], M], make: Callable[[], M]
    ) -> M:
        """Its stages are planned where it is not stored yet."""
        trainer = self._trainer
        known = trainer.base_file and trainer.shared_file(key, recipes).exists()
        return build().eval() if known else make()

    def stage(
        self,
        key: str,
        model: M,
        recipe: Recipe,
        loss: Loss,
        after_step: Callable[[], None] | None = None,
    ) -> M:
        """Note the stage; `model` as it was, in evaluation mode."""
        if (key, recipe) not in self._noted:
            self._noted.add((key, recipe))
            made = self._trainer.made_before(key, recipe)
            seconds = None if made else self._seconds(key, model, recipe, loss)
            self._note(Planned(key, recipe.epochs, seconds))
        return model.eval()

    def _seconds(self, key: str, model: nn.Module, recipe: Recipe, loss: Loss) -> float:
        # a small image has that share of the pixels, and of the work
        small = min(recipe.small_epochs, recipe.epochs) * (1 - SMALL**2)
        passes = (recipe.epochs - small) * len(self._trainer.train)
        return passes * self._seconds_an_image(key, copy.deepcopy(model), loss)

    def _seconds_an_image(self, key: str, model: nn.Module, loss: Loss) -> float:
        train = self._trainer.train
        labels = torch.from_numpy(train.labels[:N_TIMED])
        images = torch.from_numpy(train.images[:N_TIMED])
        images = images.contiguous(memory_format=torch.channels_last)
        batch = Batch(images, labels, torch.arange(len(images)))
        set_modes(model.to(memory_format=torch.channels_last))
        noise = torch_generator(self.seed, key)
        for _ in ("warm-up", "timed"):
            start = self._clock()
            with autocast():
                value = loss(model, batch, noise).float()
            value.backward()  # type: ignore[no-untyped-call]
        return (self._clock() - start) / len(images)

    def base_accuracy(self) -> float:
        """Right, like everything."""
        return 1.0

    def validation_accuracy(self, predict: Callable[[Tensor], Tensor]) -> float:
        """All is right: nothing is looked at."""
        return 1.0

    def training_images(self, n: int) -> Tensor:
        """A few of the images that are asked for."""
        return self._trainer.training_images(min(n, N_CALIBRATION))

    def recalibrate(self, model: nn.Module, forward: Callable[[Tensor], object]) -> None:
        """Nothing is estimated."""
        model.eval()
