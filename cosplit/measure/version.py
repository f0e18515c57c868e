"""Which code made a result: what was trained or scored by other code is not taken for new."""

import hashlib
import inspect
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import cosplit

PACKAGE = Path(cosplit.__file__).parent
_MATTERS = ("backbones", "channels", "codecs", "data", "measure", "pruning", "training")
"""Packages whose code decides a score; methods count one by one, by their own file."""


def code_digest(*parts: object, extra: Path | None = None) -> str:
    """SHA-256 of the code that trains and scores, and of the files that define `parts`' classes.

    With a part of `extra`, a folder of a user's own, every file of it counts: they may use one
    another.
    """
    files = {Path(inspect.getfile(type(part))).resolve() for part in parts}
    if extra and any(file.is_relative_to(extra.resolve()) for file in files):
        files.update(extra.resolve().rglob("*.py"))
    return _digest(tuple(sorted(files)))


@cache
def _digest(files: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for path in (*_own_files(), *files):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _own_files() -> Iterable[Path]:
    shared = PACKAGE.glob("methods/_*.py")
    packages = (path for name in _MATTERS for path in (PACKAGE / name).rglob("*.py"))
    return sorted({*PACKAGE.glob("*.py"), *shared, *packages})
