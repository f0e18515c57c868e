"""A task: data, splits, backbone, thresholds and grids, from one TOML file."""

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from cosplit.errors import CosplitError, unknown

TASKS = Path(__file__).parent.parent / "benchmarks" / "tasks"
Fraction = Annotated[float, Field(gt=0, lt=1)]
T = TypeVar("T", bound=BaseModel)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Data(_Section):
    """Where the images come from. `n_test` counts the whole split, missing images included."""

    source: str
    shape: tuple[int, int, int]
    classes: int = Field(ge=2)
    n_train: int
    n_validation: int
    n_test: int


class Split(_Section):
    """A frozen index list: `path` relative to the task file, its SHA-256, and its source split."""

    path: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    part: Literal["train", "test"]


class Splits(_Section):
    """The three index lists."""

    train: Split
    validation: Split
    test: Split


class BackboneSpec(_Section):
    """The original network, and where it may be split."""

    name: str
    width: int = Field(ge=1)
    split_points: tuple[str, ...]


class Cycle(_Section):
    """One one-cycle schedule of the base's training; `small_epochs` of it at 3/4 image size."""

    epochs: float = Field(gt=0)
    small_epochs: int = Field(0, ge=0)
    peak_lr: float = Field(gt=0)
    warm_up: Fraction = 0.2
    ema: float = Field(0.995, ge=0, lt=1)


class Training(_Section):
    """The budget that every method has alike; flips where mirrored images keep their meaning."""

    batch_size: int = Field(ge=1)
    method_epochs: int = Field(ge=1)
    flip: bool
    crop_padding: int = Field(ge=0)
    method_lr: float = Field(gt=0)
    base_cycles: tuple[Cycle, ...] = Field(min_length=1)


class Rates(_Section):
    """A grid of rates, log-spaced, ends included, in bytes per second."""

    first: float = Field(gt=0)
    last: float = Field(gt=0)
    n: int = Field(ge=2)


class Channels(_Section):
    """Noise grids: signal-to-noise ratios in dB a real symbol, and bit flip rates."""

    awgn_snr_db: tuple[float, ...]
    bsc_flip: tuple[Annotated[float, Field(gt=0, lt=0.5)], ...]


class Task(_Section):
    """What is asked. Knows nothing of methods, channels' laws or hardware."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    version: int = Field(ge=1)
    title: str
    ranked: bool
    thresholds: tuple[Fraction, ...] = Field(min_length=1)
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
    text = path.read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    return parse_toml(Task, path, text, digest=digest, folder=folder)


def parse_toml(model: type[T], path: Path, text: bytes, **extra: object) -> T:
    """A validated model from TOML; every mistake is one line that names file, key and remedy."""
    try:
        return model.model_validate({**tomllib.loads(text.decode()), **extra})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CosplitError(f"{path}: not valid TOML: {error}") from None
    except pydantic.ValidationError as error:
        raise CosplitError(f"{path}: {_first_mistake(model, error)}") from None


def _first_mistake(model: type[BaseModel], error: pydantic.ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return str(unknown("key", key, _keys(model)))
    if first["type"] == "missing":
        return f"missing key {key!r}; add it"
    return f"{key} = {first['input']!r}: {first['msg'].lower()}"


def _keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys = []
    for name, field in model.model_fields.items():
        keys.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            keys += _keys(field.annotation, f"{prefix}{name}.")
    return keys
