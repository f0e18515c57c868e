"""Frozen index lists: text files of numbers and inclusive ranges, `0-44999`, one a line."""

import hashlib
import re

import numpy as np
from numpy.typing import NDArray

from cosplit.errors import CosplitError, MissingData
from cosplit.task import Split, Task

_LINE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def read_split(task: Task, split: Split) -> NDArray[np.int64]:
    """The original positions a split names, ascending.

    Raises:
        CosplitError: the list is absent, altered, malformed or names an image twice.
    """
    path = task.folder / split.path
    try:
        text = path.read_bytes()
    except OSError:
        raise MissingData(f"{path}: absent; it belongs to the task {task.name!r}") from None
    if hashlib.sha256(text).hexdigest() != split.sha256:
        raise CosplitError(f"{path}: altered (its SHA-256 is not the task's); restore it")
    lines = [_LINE.fullmatch(line) for line in text.decode("ascii", "replace").split()]
    if not lines or not all(lines):
        raise CosplitError(f"{path}: each line is a number or a range as in 0-44999")
    ranges = [(int(m[1]), int(m[2] or m[1]) + 1) for m in lines if m]
    index = np.concatenate([np.arange(*r, dtype=np.int64) for r in ranges])
    if len(np.unique(index)) != len(index) or not all(a < b for a, b in ranges):
        raise CosplitError(f"{path}: names an image twice, or an empty range")
    return np.sort(index)
