"""Where files go, and how they are written: whole or not at all."""

import os
import tempfile
from pathlib import Path

from cosplit.errors import CosplitError


def cache_dir() -> Path:
    """The user's cache for data, trained models and calibrations; `COSPLIT_CACHE` overrides."""
    import platformdirs

    return Path(os.environ.get("COSPLIT_CACHE") or platformdirs.user_cache_dir("cosplit"))


def write_atomic(path: Path, data: bytes | str) -> Path:
    """Write a file so that a kill or a full disk leaves the old one, or none, never a half.

    Raises:
        CosplitError: the disk is full or the folder cannot be written.
    """
    content = data.encode() if isinstance(data, str) else data
    part: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(0o644)
        Path(part).replace(path)
    except OSError as error:
        if part:
            Path(part).unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise CosplitError(f"cannot write {path}: {reason}; free space or choose another") from None
    return path
