"""A folder of six arrays `{train,test}_{images,labels,index}.npy`; it may be partial."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosplit.data.source import Part, Raw, Source
from cosplit.errors import CosplitError, MissingData

KINDS = ("images", "labels", "index")


class Arrays(Source):
    """Any data set as arrays: images (n, h, w, 3) uint8, labels (n,), index (n,) integers."""

    title = "a folder of arrays"

    def layout(self, folder: Path) -> str | None:
        """`arrays` where at least one of the two image files is there."""
        there = any((folder / f"{part}_images.npy").is_file() for part in ("train", "test"))
        return "arrays" if there else None

    def read(self, part: Part, folder: Path) -> Raw:
        """The three arrays of one part; the images stay on disk until they are used."""
        raw = Raw(*(_array(folder / f"{part}_{kind}.npy") for kind in KINDS))
        _check(raw, folder, part)
        return raw


def _array(path: Path) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        return array
    except FileNotFoundError:
        raise MissingData(f"{path}: absent; each part needs its images, labels and index") from None
    except (OSError, ValueError, EOFError) as error:
        reason = str(error).splitlines()[0]
        raise CosplitError(
            f"{path}: truncated or not a .npy file ({reason}); copy it anew"
        ) from None


def _check(raw: Raw, folder: Path, part: Part) -> None:
    def refuse(kind: str, what: str) -> None:
        raise CosplitError(f"{folder / f'{part}_{kind}.npy'}: {what}; copy it anew")

    if raw.images.dtype != np.uint8 or raw.images.ndim != 4 or raw.images.shape[3] != 3:  # noqa: PLR2004
        refuse("images", f"{raw.images.dtype} {raw.images.shape} is not uint8 (n, h, w, 3)")
    for kind, array in (("labels", raw.labels), ("index", raw.index)):
        if array.dtype.kind not in "iu" or array.shape != raw.images.shape[:1]:
            refuse(kind, f"{array.dtype} {array.shape} is not {len(raw.images)} integers")
        if array.size and array.min() < 0:
            refuse(kind, "holds negative numbers")
    if len(np.unique(raw.index)) < len(raw.index):
        refuse("index", "names an image twice")
