"""A submission's weights: one file a point, written by authors, halved by the harness."""

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosplit.artifacts.sharing import read_shared
from cosplit.artifacts.store import OTHERS
from cosplit.files import write_atomic
from cosplit.point import OperatingPoint
from cosplit.tensorfile import damaged, dump_tensors, read_header, tensor_digest

if TYPE_CHECKING:
    from cosplit.artifacts import Half
    from cosplit.split import SplitModel

_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def write_weights(
    path: Path, task: str, method: str, point: OperatingPoint, model: "SplitModel"
) -> Path:
    """Write a trained model as a submission's file: learned tensors in bfloat16, tables exact.

    Raises:
        CosplitError: a weight is not finite, or the file cannot be written.
    """
    from cosplit.artifacts.weights import for_storage

    tensors = for_storage(model)
    notes = {
        "task": task,
        "method": method,
        "point": point.to_json(),
        "config": model.config,
        "digests": {name: tensor_digest(value) for name, value in tensors.items()},
        "references": {},
    }
    return write_atomic(path, dump_tensors(tensors, notes))


def whole_notes(path: Path) -> Mapping[str, Any]:
    """The notes of a submission's file, which refers to no other: its parameters are counted
    from its own header, and another method's weights are not its to use.

    Raises:
        CosplitError: it is damaged, or refers to a file.
    """
    notes = read_header(path).notes
    if notes.get("references"):
        found = f"it refers to another: {notes['references']!r:.100}"
        raise damaged(path, f"{found}; write it with cosplit.submission.write_weights")
    return notes


def pack_half(path: Path, half: "Half") -> bytes:
    """The file with the tensors of one half alone, for its container.

    Raises:
        CosplitError: it is damaged, not whole, or a tensor is not the one that was written.
    """
    notes = whole_notes(path)
    tensors = read_shared(path.parent, path, lambda name: not name.startswith(OTHERS[half]))
    kept = {key: notes.get(key) for key in ("task", "method", "point", "config")}
    return dump_tensors(tensors, {**kept, "half": half})


def device_params(path: Path) -> int:
    """Numbers that ship with the device half and its encoder, from the file's header alone."""
    return sum(
        prod(info.shape)
        for name, info in read_header(path).tensors.items()
        if not name.startswith(OTHERS["device"]) and not name.endswith(_STATISTICS)
    )
