"""The folder of one run: rows as they come, a line each, whatever happens afterwards."""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from cosplit.errors import CosplitError
from cosplit.row import Row

ROWS = "rows.jsonl"


def run_folder(task_name: str, now: datetime, parent: Path = Path("runs")) -> Path:
    """Where a run that starts `now` keeps what it makes: `runs/<time>-<task>`."""
    return parent / f"{now:%Y%m%d-%H%M%S}-{task_name}"


def append(folder: Path, rows: Iterable[Row]) -> None:
    """Add whole lines to `<folder>/rows.jsonl`; what was written before a kill stays readable.

    Raises:
        CosplitError: the disk is full, or the folder cannot be written.
    """
    lines = "".join(f"{row.model_dump_json()}\n" for row in rows)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ROWS).open("ab") as file:
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        reason = error.strerror or str(error)
        raise CosplitError(f"cannot write {folder / ROWS}: {reason}; free space") from None


def read(folder: Path) -> list[Row]:
    """The rows of a run; a last line that a kill cut short is left out.

    Raises:
        CosplitError: no such file, or another line is not a row.
    """
    path = folder / ROWS
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise CosplitError(f"cannot read {path}: {error.strerror}; name a run's folder") from None
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            if line.endswith(b"\n"):
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "not JSON"
                raise CosplitError(f"{path}:{number}: {where}: {first['msg']}") from None
    return rows
