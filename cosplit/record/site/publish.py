"""A folder of files, written whole or not at all."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from cosplit.errors import CosplitError


def publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files`, by their paths within `folder`, the last of them last.

    All are written beside their places first, which is where a disk fills; then each is moved,
    which takes no room. Entries that are gone go, page and download; other files are left alone.

    Raises:
        CosplitError: the disk is full or the folder cannot be written; the old site stands.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as part:
            for name, content in files.items():
                _write(Path(part) / name, content)
            for name in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(part) / name).replace(folder / name)
        for page in folder.glob("entries/*/*.html"):
            if page.relative_to(folder).as_posix() not in files:
                page.unlink()
                page.with_suffix(".json").unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CosplitError(
            f"cannot write {folder}: {reason}; free space or choose another folder"
        ) from None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
