"""Where files go, and how they are written: whole or not at all."""

import hashlib
import os
import tempfile
from pathlib import Path

from cosplit.errors import CosplitError


def cache_dir() -> Path:
    """The user's cache for data, trained models and calibrations; `COSPLIT_CACHE` overrides."""
    import platformdirs

    return Path(os.environ.get("COSPLIT_CACHE") or platformdirs.user_cache_dir("cosplit"))


def sha256(path: Path) -> str:
    """SHA-256 of a file, as entries name it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomic(path: Path, data: bytes | str) -> Path:
    """Write a file so that a kill or a full disk leaves the old one, or none, never a half.

    A kill -9 may leave a hidden `.<name>.<random>` beside it, which nothing reads.

    Raises:
        CosplitError: the disk is full or the folder cannot be written.
    """
    content = data.encode() if isinstance(data, str) else data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            _fill(handle, content)
            Path(part).chmod(0o644)  # mkstemp's files are their owner's alone
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CosplitError(
            f"cannot write {path}: {reason}; free space or choose another folder"
        ) from None
    return path


def _fill(handle: int, content: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
