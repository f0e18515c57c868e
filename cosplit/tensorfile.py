"""Safetensors files: headers read without torch and without trust, tensors written whole."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from torch import Tensor

MAX_HEADER_BYTES = 10_000_000
ITEM_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "BOOL": 1, "U8": 1, "I8": 1} | {
    f"{sign}{8 * n}": n for sign in "UI" for n in (2, 4, 8)
}
OURS = "cosplit"
"""The one metadata key that this package writes; its value is JSON."""


@dataclass(frozen=True)
class TensorInfo:
    """Where a tensor lies: `start` and `stop` are bytes from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True)
class Header:
    """What a file holds, by tensor name, and what this package noted in it."""

    tensors: Mapping[str, TensorInfo]
    notes: Mapping[str, Any]


def read_header(path: Path) -> Header:
    """The header of a file, checked against the file's length; its tensors are not read.

    Raises:
        CosplitError: no such file, not safetensors, truncated, or a header that contradicts it.
    """
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if total < 8 or length > min(MAX_HEADER_BYTES, total - 8):  # noqa: PLR2004
                raise ValueError("its header is longer than the file, or absent")
            return parse_header(file.read(length), total - 8 - length)
    except OSError as error:
        raise CosplitError(f"cannot read {path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise damaged(path, str(error)) from None


def parse_header(text: bytes, n_bytes: int) -> Header:
    """The header in `text`, of a file with `n_bytes` of tensors after it.

    Raises:
        ValueError: it is no such header (UnicodeDecodeError and JSON errors are ValueErrors).
        RecursionError: it is nested too deeply.
    """
    content = json.loads(text.decode(), object_pairs_hook=_without_duplicates)
    if not isinstance(content, dict):
        raise ValueError("its header is not an object")
    notes = _notes(content.pop("__metadata__", {}))
    tensors = {name: _info(name, item) for name, item in content.items()}
    _check_layout(tensors.values(), n_bytes)
    return Header(tensors, notes)


def _notes(metadata: object) -> dict[str, Any]:
    text = metadata.get(OURS, "{}") if isinstance(metadata, dict) else None
    notes = json.loads(text) if isinstance(text, str) else None
    if not isinstance(notes, dict):
        raise ValueError("its metadata are not an object")
    return notes


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("its header names a key twice")
    return content


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _info(name: str, item: object) -> TensorInfo:
    if not isinstance(item, dict) or item.keys() != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"tensor {name!r} needs dtype, shape and data_offsets")
    dtype, shape, offsets = item["dtype"], item["shape"], item["data_offsets"]
    if not isinstance(dtype, str) or dtype not in ITEM_BYTES:
        raise ValueError(f"tensor {name!r} has an unknown type {dtype!r}")
    if not isinstance(shape, list) or not all(map(_is_size, shape)):
        raise ValueError(f"tensor {name!r} has no valid shape")
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(map(_is_size, offsets)):  # noqa: PLR2004
        raise ValueError(f"tensor {name!r} has no valid offsets")
    if offsets[1] - offsets[0] != math.prod(shape) * ITEM_BYTES[dtype]:
        raise ValueError(f"tensor {name!r} does not fill its place")
    return TensorInfo(dtype, tuple(shape), *offsets)


def _check_layout(tensors: Iterable[TensorInfo], n_bytes: int) -> None:
    end = 0
    for info in sorted(tensors, key=lambda t: (t.start, t.stop)):
        if info.start != end:
            raise ValueError("its tensors overlap or leave gaps")
        end = info.stop
    if end != n_bytes:
        raise ValueError(f"it has {n_bytes} bytes of tensors where its header says {end}")


def damaged(path: Path | str, reason: str) -> CosplitError:
    """The error for a file that cannot be used as it is."""
    return CosplitError(f"{path} is no usable safetensors file: {reason}; restore or remove it")


def read_tensors(path: Path, names: Iterable[str] | None = None) -> "dict[str, Tensor]":
    """The tensors called `names`, or all, after a check of the file's header.

    Raises:
        CosplitError: as `read_header`, or a name that the file does not hold.
    """
    from safetensors import safe_open

    header = read_header(path)
    wanted = list(header.tensors if names is None else names)
    for name in wanted:
        if name not in header.tensors:
            raise damaged(path, f"tensor {name!r} is missing")
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in wanted}


def unpack_tensors(data: bytes, source: str) -> "tuple[Mapping[str, Any], dict[str, Tensor]]":
    """The notes and tensors of a file held in memory, which errors call `source`."""
    from safetensors.torch import load

    length = int.from_bytes(data[:8], "little")
    try:
        header = parse_header(data[8 : 8 + length], len(data) - 8 - length)
    except (ValueError, RecursionError) as error:
        raise damaged(source, str(error)) from None
    return header.notes, load(data)


def dump_tensors(tensors: "Mapping[str, Tensor]", notes: Mapping[str, Any]) -> bytes:
    """The bytes of a safetensors file; `notes` (JSON) go to its header."""
    import torch
    from safetensors.torch import save

    # one memory each: what shares memory or is laid out otherwise is refused
    alone = {
        name: value.detach().clone(memory_format=torch.contiguous_format)
        for name, value in tensors.items()
    }
    return save(alone, {OURS: json.dumps(notes)})  # settings keep their order


def tensor_digest(tensor: "Tensor") -> str:
    """SHA-256 over type, shape and bytes, whatever the tensor's layout in memory."""
    import torch

    value = tensor.detach().contiguous()
    digest = hashlib.sha256(f"{value.dtype} {tuple(value.shape)} ".encode())
    digest.update(value.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def state_digest(state: "Mapping[str, Tensor]") -> str:
    """SHA-256 over the names and contents of a model's tensors."""
    lines = [f"{name} {tensor_digest(state[name])}" for name in sorted(state)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
