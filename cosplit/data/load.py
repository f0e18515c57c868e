"""Find, check, fetch and load a task's images; the only way to them."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from cosplit.data.images import ImageSet
from cosplit.data.source import Raw, find_source
from cosplit.data.splits import read_split
from cosplit.errors import CosplitError, MissingData
from cosplit.files import cache_dir
from cosplit.task import Task

TaskPart = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class Report:
    """What `check` found. `n` and `n_whole` are by part; `digest` covers all the images."""

    task: str
    source: str
    folder: Path | None
    layout: str | None
    n: dict[str, int]
    n_whole: dict[str, int]
    digest: str

    @property
    def found(self) -> bool:
        """Whether there is data at all."""
        return self.layout is not None

    @property
    def whole(self) -> bool:
        """Whether no image is missing."""
        return self.found and self.n == self.n_whole

    def to_json(self) -> dict[str, Any]:
        """Plain data for `cosplit data check --json`."""
        folder = str(self.folder) if self.folder else None
        return {**vars(self), "folder": folder, "found": self.found, "whole": self.whole}


def location(task: Task, folder: Path | None = None) -> Path:
    """Where the data is looked for: `folder`, else `COSPLIT_DATA`, else the user's cache."""
    if folder is not None:
        return folder
    named = os.environ.get("COSPLIT_DATA")
    return Path(named) if named else cache_dir() / "data" / task.data.source


def embedded(task: Task) -> bool:
    """Whether the images come with a package, so that no folder holds them."""
    return find_source(task.data.source).layout(location(task)) == "embedded"


def find(task: Task, folder: Path | None = None) -> Path:
    """The folder that holds the task's data; it is not read.

    Raises:
        MissingData: there is none; the line names the command that fetches it.
    """
    where = location(task, folder)
    source = find_source(task.data.source)
    if source.layout(where) is None:
        raise MissingData(
            f"no {source.title} in {where}; run `cosplit data fetch {task.name}`, or name the "
            "folder that holds it in COSPLIT_DATA"
        )
    return where


def fetch(task: Task, folder: Path | None = None) -> Path:
    """Download the task's data into `folder` (or the user's cache), unless it is there.

    Raises:
        CosplitError: no network, a full disk, or a folder with something else in it.
    """
    where = folder or cache_dir() / "data" / task.data.source
    source = find_source(task.data.source)
    if source.layout(where) is None:
        if where.exists() and (not where.is_dir() or any(where.iterdir())):
            raise CosplitError(f"{where}: exists and is not {source.title}; remove it")
        source.fetch(where)
    return where


def load(task: Task, part: TaskPart, folder: Path | None = None) -> ImageSet:
    """One part of a task's images, in ascending original order; other parts are not touched.

    Raises:
        MissingData: the data, or this part of it, is not there.
        CosplitError: it is truncated or altered.
    """
    where = find(task, folder)
    split = getattr(task.splits, part)
    wanted = read_split(task, split)
    n_whole = getattr(task.data, f"n_{part}")
    if len(wanted) != n_whole:
        raise CosplitError(
            f"task {task.name!r}: data.n_{part} = {n_whole}, but {split.path} names {len(wanted)}"
        )
    raw = find_source(task.data.source).read(split.part, where)
    order = np.argsort(raw.index)
    keep = order[np.isin(raw.index[order], wanted)]
    if not len(keep):
        raise MissingData(f"{where}: holds none of the {part} images of the task {task.name!r}")
    _check(task, raw, where)
    images = raw.images[keep].transpose(0, 3, 1, 2)
    return ImageSet.of(images, raw.labels[keep], raw.index[keep], n_whole)


def missing(task: Task, part: TaskPart, here: ImageSet) -> list[int]:
    """The original positions of the images of a part that `here` lacks, ascending."""
    whole = read_split(task, getattr(task.splits, part))
    return [int(k) for k in np.setdiff1d(whole, here.index)]


def _check(task: Task, raw: Raw, where: Path) -> None:
    channels, *size = task.data.shape
    if raw.images.shape[1:] != (*size, channels):
        raise CosplitError(f"{where}: images of {raw.images.shape[1:]}; {task.name} has {size}")
    if raw.labels.max() >= task.data.classes:
        raise CosplitError(
            f"{where}: label {raw.labels.max()}; {task.name} has {task.data.classes} classes"
        )


def check(task: Task, folder: Path | None = None) -> Report:
    """What there is of a task's data, every image read.

    Raises:
        CosplitError: it is there, but truncated or altered.
    """
    where = location(task, folder)
    layout = find_source(task.data.source).layout(where)
    parts = get_args(TaskPart)
    sets = {part: load(task, part, folder) for part in parts} if layout else {}
    return Report(
        task=task.name,
        source=task.data.source,
        folder=None if layout == "embedded" else where,
        layout=layout,
        n={part: len(sets.get(part, ())) for part in parts},
        n_whole={part: getattr(task.data, f"n_{part}") for part in parts},
        digest=hashlib.sha256("".join(s.digest for s in sets.values()).encode()).hexdigest(),
    )
