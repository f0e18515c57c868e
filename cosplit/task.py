"""A task: data, splits, backbone, thresholds and grids, from one TOML file."""

import hashlib
import math
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from cosplit.errors import CosplitError, unknown
from cosplit.resources import TASKS
from cosplit.toml import Section, read_toml


def _unique(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise ValueError("the same value twice; remove one")
    return values


def _descending(values: tuple[float, ...]) -> tuple[float, ...]:
    if not all(a > b for a, b in pairwise(values)):
        raise ValueError("thresholds must descend, the task's own first")
    return values


Count = Annotated[int, Field(ge=1)]
Fraction = Annotated[float, Field(gt=0, lt=1)]


class Data(Section):
    """Where the images come from. `n_test` counts the whole split, missing images included."""

    source: str
    shape: tuple[Literal[3], Count, Count]
    classes: int = Field(ge=2)
    n_train: Count
    n_validation: Count
    n_test: Count


class Split(Section):
    """A frozen index list: `path` relative to the task file, its SHA-256, and its source split."""

    path: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    part: Literal["train", "test"]


class Splits(Section):
    """The three index lists."""

    train: Split
    validation: Split
    test: Split


class BackboneSpec(Section):
    """The original network, where it may be split, and the MACs of all of it for one sample."""

    name: str
    width: int = Field(ge=1)
    macs: Count
    split_points: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_unique)]


class Cycle(Section):
    """One one-cycle schedule of the base's training; `small_epochs` of it at 3/4 image size,
    a square of side `erase` cut out of every image."""

    epochs: float = Field(gt=0)
    small_epochs: int = Field(0, ge=0)
    peak_lr: float = Field(gt=0)
    warm_up: Fraction = 0.2
    ema: float = Field(0.995, ge=0, lt=1)
    erase: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _small_within(self) -> "Cycle":
        if self.small_epochs > self.epochs:
            raise ValueError(f"small_epochs = {self.small_epochs}: more than all its epochs")
        return self


class Training(Section):
    """What methods train on alike: `method_epochs` passes a point at most, networks that several
    points share counted apart; flips where mirrored images keep their meaning."""

    batch_size: int = Field(ge=1)
    method_epochs: float = Field(gt=0)
    flip: bool
    crop_padding: int = Field(ge=0)
    views: int = Field(0, ge=0)
    """Fixed crops of an image that methods train on, in turn; 0: crops are drawn freely."""
    small_share: float = Field(0, ge=0, le=1)
    """Of the epochs of networks of no fixed size: the first, at 3/4 image size."""
    method_lr: float = Field(gt=0)
    base_cycles: tuple[Cycle, ...] = Field(min_length=1)


class Rates(Section):
    """A grid of rates, log-spaced, ends included, in bytes per second."""

    first: float = Field(gt=0)
    last: float = Field(gt=0)
    n: int = Field(ge=2)

    @model_validator(mode="after")
    def _ascend(self) -> "Rates":
        if self.first >= self.last:
            raise ValueError(f"first = {self.first:g} must be below last = {self.last:g}")
        return self


class Channels(Section):
    """Noise grids: signal-to-noise ratios in dB a real symbol, and bit flip rates."""

    awgn_snr_db: Annotated[tuple[float, ...], AfterValidator(_unique)]
    bsc_flip: Annotated[tuple[Annotated[float, Field(gt=0, lt=0.5)], ...], AfterValidator(_unique)]


class Task(Section):
    """What is asked. Knows nothing of methods, channels' laws or hardware."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    version: int = Field(ge=1)
    title: str
    ranked: bool
    thresholds: Annotated[tuple[Fraction, ...], Field(min_length=1), AfterValidator(_descending)]
    data: Data
    splits: Splits
    backbone: BackboneSpec
    training: Training
    rates_bytes_per_s: Rates
    channels: Channels
    digest: str = ""
    folder: Path = Path()

    @property
    def rates(self) -> tuple[float, ...]:
        """The rate grid in bytes per second."""
        grid = self.rates_bytes_per_s
        step = (grid.last / grid.first) ** (1 / (grid.n - 1))
        return tuple(float(f"{grid.first * step**k:.4g}") for k in range(grid.n))

    @property
    def raw_bits(self) -> int:
        """Bits of one sample as it is: a byte a number."""
        return 8 * math.prod(self.data.shape)

    @property
    def threshold(self) -> float:
        """The first threshold is the task's own."""
        return self.thresholds[0]


def load_task(name: str, folder: Path = TASKS) -> Task:
    """The task called `name`, read from `<folder>/<name>.toml`.

    Raises:
        CosplitError: no such task, or a key that is missing, misspelt or out of range.
    """
    path = folder / f"{name}.toml"
    if not path.is_file():
        raise unknown("task", name, (p.stem for p in folder.glob("*.toml")))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    task = read_toml(Task, path, digest=digest, folder=str(folder))
    if task.name != name:
        raise CosplitError(f"{path}: name = {task.name!r}: must be the file's own, {name!r}")
    return task
