"""Tensors that several files of one task hold alike are stored in one and referred to.

A file's notes name the SHA-256 of each tensor it stores (`digests`) and, for each it does not,
`references: {tensor: [file, tensor there, SHA-256]}`, the file relative to the task's folder.
A reference leads to a file that stores the tensor itself, never to another reference.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosplit.files import write_atomic
from cosplit.tensorfile import (
    Header,
    damaged,
    dump_tensors,
    read_header,
    read_tensors,
    tensor_digest,
)

if TYPE_CHECKING:
    from torch import Tensor

SHARED_FROM_BYTES = 4096
"""Smaller tensors are not worth a reference."""
_FILE = re.compile(r"(\w[\w.-]*/)?\w[\w.-]*\.safetensors")


def write_shared(
    folder: Path,
    path: Path,
    tensors: "Mapping[str, Tensor]",
    notes: Mapping[str, Any],
    share: bool = True,
) -> None:
    """Write `tensors` to `path`, except (where they may be shared) those that another file in
    `folder` stores already."""
    digests = {name: tensor_digest(value) for name, value in tensors.items()}
    references = _references(folder, path, tensors, digests) if share else {}
    own = {name: digests[name] for name in tensors if name not in references}
    _release(folder, path, own)
    content = dump_tensors(
        {name: tensors[name] for name in own}, {**notes, "digests": own, "references": references}
    )
    write_atomic(path, content)


def read_shared(
    folder: Path, path: Path, wanted: Callable[[str], bool] = bool
) -> "dict[str, Tensor]":
    """The tensors of `path` whose names are `wanted`, references resolved, digests verified.

    Raises:
        CosplitError: a file is missing or damaged, or a tensor is not the one that was saved.
    """
    notes = read_header(path).notes
    sources: dict[Path, dict[str, tuple[str, str]]] = {}
    try:
        for name, digest in filter(lambda item: wanted(item[0]), notes["digests"].items()):
            sources.setdefault(path, {})[name] = (name, digest)
        for name, (file, there, digest) in notes["references"].items():
            if wanted(name):
                sources.setdefault(_inside(folder, file), {})[name] = (there, digest)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise damaged(path, "its list of tensors is incomplete") from None
    return {
        name: tensor
        for source, items in sources.items()
        for name, tensor in _verified(source, items).items()
    }


def _verified(path: Path, items: Mapping[str, tuple[str, str]]) -> "dict[str, Tensor]":
    tensors = read_tensors(path, [there for there, _ in items.values()])
    for there, digest in items.values():
        if tensor_digest(tensors[there]) != digest:
            raise damaged(path, f"tensor {there!r} is not the one that was saved")
    return {name: tensors[there] for name, (there, _) in items.items()}


def _inside(folder: Path, file: str) -> Path:
    if not _FILE.fullmatch(file):
        raise ValueError(file)
    return folder / file


def _others(folder: Path, path: Path) -> Iterator[tuple[Path, Header]]:
    for other in sorted([*folder.glob("*.safetensors"), *folder.glob("*/*.safetensors")]):
        if other != path:
            yield other, read_header(other)


def _references(
    folder: Path, path: Path, tensors: "Mapping[str, Tensor]", digests: Mapping[str, str]
) -> dict[str, list[str]]:
    held = {
        digest: [str(other.relative_to(folder)), name, digest]
        for other, header in reversed(list(_others(folder, path)))  # the first has the last word
        for name, digest in header.notes.get("digests", {}).items()
    }
    return {
        name: held[digest]
        for name, digest in digests.items()
        if digest in held and tensors[name].nbytes >= SHARED_FROM_BYTES
    }


def _release(folder: Path, path: Path, new: Mapping[str, str]) -> None:
    """Before `path` is replaced: whoever refers to a tensor it will hold no more gets it back."""
    if not path.exists():
        return
    here = str(path.relative_to(folder))
    for other, header in _others(folder, path):
        references = dict(header.notes.get("references", {}))
        lost = {
            name: references.pop(name)
            for name, (file, there, digest) in header.notes.get("references", {}).items()
            if file == here and new.get(there) != digest
        }
        if lost:
            regained = read_shared(folder, other, lost.__contains__)
            digests = header.notes["digests"] | {name: lost[name][2] for name in lost}
            content = dump_tensors(
                read_tensors(other) | regained,
                {**header.notes, "digests": digests, "references": references},
            )
            write_atomic(other, content)
