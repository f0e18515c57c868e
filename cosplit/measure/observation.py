"""What was seen when a point was scored over one channel: raw, every metric comes from it."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from cosplit.files import write_atomic

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNEQUAL = "symbol messages of unequal length, which no noise touches; send one length"


def _none() -> "NDArray[np.int64]":
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Observation:
    """One channel, n images in test order.

    `correct` is bool (n,); `bits` (as charged), `headerless` and `uses` (channel symbols) are
    int64 (n,), empty where they do not apply. A failed one has an outcome and no images.
    """

    channel: str
    code: Literal["bits", "symbols"] = "bits"
    correct: "NDArray[np.bool_]" = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    bits: "NDArray[np.int64]" = field(default_factory=_none)
    headerless: "NDArray[np.int64]" = field(default_factory=_none)
    uses: "NDArray[np.int64]" = field(default_factory=_none)
    outcome: str = "ok"
    detail: str = ""


_ARRAYS = ("correct", "bits", "headerless", "uses")
_WORDS = ("channel", "code", "outcome", "detail")


def save(path: Path, observations: Sequence[Observation]) -> Path:
    """All observations of a point in one `.npz`, written whole or not at all."""
    arrays = {f"{k}.{a}": getattr(o, a) for k, o in enumerate(observations) for a in _ARRAYS}
    words = [{word: getattr(o, word) for word in _WORDS} for o in observations]
    file = io.BytesIO()
    np.savez_compressed(file, words=np.array(json.dumps(words)), **arrays)
    return write_atomic(path, file.getvalue())


def load(path: Path) -> list[Observation] | None:
    """The inverse of `save`; None where there is no such file, or it is damaged."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            words = json.loads(str(stored["words"]))
            return [
                Observation(**word, **{a: stored[f"{k}.{a}"] for a in _ARRAYS})
                for k, word in enumerate(words)
            ]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
