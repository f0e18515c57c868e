"""What a submission's judging has found so far, kept so that a killed one goes on where it was."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cosplit.files import write_atomic
from cosplit.row import Row

_ROWS = TypeAdapter(list[Row])
_SEED_BITS = 31


@dataclass(frozen=True)
class Progress:
    """One folder a submission, task and harness; damaged files count as absent."""

    folder: Path

    def seed(self) -> int:
        """The seed of order and noise, drawn here at the first call and never before."""
        path = self.folder / "seed"
        try:
            return int(path.read_text())
        except (OSError, ValueError):
            seed = secrets.randbits(_SEED_BITS)
            write_atomic(path, str(seed))
            return seed

    def rows(self, point: str) -> list[Row] | None:
        """The rows of a point that is done."""
        try:
            return _ROWS.validate_json(self._path(point).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep(self, point: str, rows: Iterable[Row]) -> None:
        """Note that a point is done."""
        write_atomic(self._path(point), _ROWS.dump_json(list(rows)))

    def _path(self, point: str) -> Path:
        return self.folder / f"{point}.json"
