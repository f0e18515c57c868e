"""CIFAR-10 (A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009).

Read from torchvision's layout, which torchvision checks by its own MD5 sums, or from a folder of
arrays, whose images are checked one by one: `cifar10.crc32` holds 60,000 CRC-32 sums (little-endian
uint32; 50,000 training images, then 10,000 test images) of each image's bytes (32, 32, 3) and its
label. 98 of them are 0: these images were not at hand when the sums were made, and pass unchecked.
"""

import shutil
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cosplit.data.arrays import Arrays
from cosplit.data.source import Part, Raw, Source
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from torchvision.datasets import CIFAR10

SUMS = Path(__file__).with_suffix(".crc32")
BATCHES = "cifar-10-batches-py"
N_TRAIN = 50_000
SHAPE = (32, 32, 3)


class Cifar10(Source):
    """50,000 training and 10,000 test images, 32x32 RGB, 10 classes."""

    title = "CIFAR-10"

    def layout(self, folder: Path) -> str | None:
        """`torchvision` or `arrays`."""
        there = (folder / BATCHES).is_dir()
        return "torchvision" if there else Arrays().layout(folder)

    def read(self, part: Part, folder: Path) -> Raw:
        """One part of a folder in either layout."""
        if self.layout(folder) == "torchvision":
            data = _torchvision(folder, part)
            return Raw(data.data, np.array(data.targets), np.arange(len(data.targets)))
        raw = Arrays().read(part, folder)
        _check_sums(raw, part, folder)
        return raw

    def fetch(self, folder: Path) -> None:
        """Download 170 MB from the authors' page and unpack them beside `folder`, then rename."""
        from torchvision.datasets import CIFAR10

        work = folder.with_name(f".{folder.name}.part")
        try:
            shutil.rmtree(work, ignore_errors=True)  # left by a download that was killed
            work.mkdir(parents=True)
            _open(work, "test", download=True)
            (work / CIFAR10.filename).unlink()
            work.rename(folder)
        except (OSError, RuntimeError, EOFError) as error:
            shutil.rmtree(work, ignore_errors=True)
            raise CosplitError(
                f"cannot download {CIFAR10.url} into {folder} ({error}); unpack it elsewhere "
                "and name that folder in COSPLIT_DATA"
            ) from None


def _torchvision(folder: Path, part: Part) -> "CIFAR10":
    try:
        return _open(folder, part)
    except RuntimeError:
        raise CosplitError(
            f"{folder / BATCHES}: truncated or altered (MD5); remove it and run "
            "`cosplit data fetch cifar10`"
        ) from None


def _open(folder: Path, part: Part, download: bool = False) -> "CIFAR10":
    from torchvision.datasets import CIFAR10

    with warnings.catch_warnings():
        # pytorch/vision#9340: the published pickles predate NumPy's boolean `align`
        warnings.filterwarnings("ignore", message=".*align should be passed")
        return CIFAR10(str(folder), train=part == "train", download=download)


def _check_sums(raw: Raw, part: Part, folder: Path) -> None:
    known = np.fromfile(SUMS, "<u4")
    known = known[:N_TRAIN] if part == "train" else known[N_TRAIN:]
    if raw.images.shape[1:] != SHAPE or raw.index.max(initial=0) >= len(known):
        raise CosplitError(
            f"{folder}: the {part} arrays are not CIFAR-10: images {raw.images.shape}, "
            f"index up to {raw.index.max(initial=0)}; copy them anew"
        )
    for image, label, index in zip(raw.images, raw.labels, raw.index, strict=True):
        got = zlib.crc32(bytes([label & 255]), zlib.crc32(image.tobytes()))
        if known[index] not in (0, got):
            raise CosplitError(
                f"{folder / f'{part}_images.npy'}: image {index} or its label is altered; "
                "copy the arrays anew"
            )
