"""The contract of a method: which points it offers, how one is trained, how one is rebuilt."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from cosplit.point import OperatingPoint

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from cosplit.channel import Channel
    from cosplit.recipe import Recipe
    from cosplit.split import SplitModel
    from cosplit.task import Task

    M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True)
class Batch:
    """Training images as an epoch shows them: `images` uint8 (n, 3, h, w), `labels` (n,).

    `rows` (n,) are their places among the training images. `view` numbers the fixed crop that
    all of them show (mirrored or not, and shrunk or not); None where crops are drawn freely.
    """

    images: "Tensor"
    labels: "Tensor"
    rows: "Tensor"
    view: int | None = None


Loss = Callable[["nn.Module", Batch, "torch.Generator"], "Tensor"]
"""(model, batch, noise) -> mean loss, a scalar."""
Teacher = Callable[[Batch], "Tensor"]
"""The original network's logits (n, classes) for a batch."""


class Trainer(Protocol):
    """Owns the training and validation images, seeds, disk and progress; never the test images."""

    task: "Task"
    seed: int

    def base(self) -> "nn.Module":
        """The task's trained original network, a fresh copy in evaluation mode."""

    def teacher(self) -> Teacher:
        """The original network's answers, computed once for every fixed view of an image."""

    def shared(
        self,
        key: str,
        recipes: "Sequence[Recipe]",
        build: "Callable[[], M]",
        make: "Callable[[], M]",
    ) -> "M":
        """A network that several points begin with: what `make` trains by `recipes`, once for all
        points and seeds. Where it has been published it is loaded into `build()` instead."""

    def stage(
        self,
        key: str,
        model: "M",
        recipe: "Recipe",
        loss: "Loss",
        after_step: "Callable[[], None] | None" = None,
    ) -> "M":
        """Train `model` in place and return it, its weights averaged, in evaluation mode.

        Done before: loaded. Killed: resumed at its epoch. The stage is named by `key`, the
        recipe and the model's state on entry, so what two points share is trained once: losses
        that differ need keys that differ. Only parameters with `requires_grad` are trained;
        modules whose parameters are all frozen stay in evaluation mode, their normalisation
        statistics untouched; modules without parameters follow their parent. `after_step` runs
        after every optimiser step (to hold masked weights at zero).
        """

    def base_accuracy(self) -> float:
        """The original network's `validation_accuracy`."""

    def validation_accuracy(self, predict: "Callable[[Tensor], Tensor]") -> float:
        """The share of validation images (uint8 (n, 3, h, w)) whose logits' argmax is right."""

    def training_images(self, n: int) -> "Tensor":
        """The first n training images in a seeded order, not augmented (uint8), for calibration."""

    def recalibrate(self, model: "nn.Module", forward: "Callable[[Tensor], object]") -> None:
        """Re-estimate the normalisation statistics of `model` on augmented training images."""


class Method(ABC):
    """Split computing by one author's recipe. Never sees test images, noise draws or hardware."""

    title: ClassVar[str]
    authors: ClassVar[str]
    source: ClassVar[str]
    share_rule: ClassVar[str] = "uncompressed"
    """Which deployable share of a hardware profile bounds it: `uncompressed` or `compressed`."""

    @property
    def name(self) -> str:
        """The module's name; the file is the registration."""
        return type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def points(self, task: "Task") -> Sequence[OperatingPoint]:
        """The operating points it offers on `task`, at most 12 of them, without data or weights."""

    @abstractmethod
    def fit(self, task: "Task", point: OperatingPoint, train: Trainer) -> "SplitModel":
        """A trained model, as a chain of `train.stage` calls; choices use validation only."""

    @abstractmethod
    def build(self, task: "Task", point: OperatingPoint, config: Mapping[str, Any]) -> "SplitModel":
        """The architecture alone, weights to be loaded: a function of point and config."""

    def declines(
        self, task: "Task", channel: "Channel", point: OperatingPoint | None = None
    ) -> str | None:
        """Why this method, or its one `point`, cannot be run over `channel`; None where it can."""
        return None
