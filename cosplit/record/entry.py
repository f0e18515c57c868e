"""A leaderboard entry: the rows of one method on one task, with what they rest on."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cosplit.errors import CosplitError
from cosplit.files import write_atomic
from cosplit.record.emulated import with_emulation
from cosplit.record.safe_json import read_model
from cosplit.row import Row

MAX_BYTES = 16 << 20
MAX_MISSING = 500
Status = Literal["self-reported", "reproduced", "audited"]
STATUSES: tuple[Status, ...] = ("self-reported", "reproduced", "audited")

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=64)]
RelativePath = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*$", max_length=255
    ),
]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
_Line = Annotated[str, StringConstraints(max_length=300)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskRef(_Section):
    """The task as it was when the rows were measured; `digest` is of its TOML file."""

    name: Name
    version: int = Field(ge=1)
    digest: Sha256


class MethodRef(_Section):
    """Who answers. `source` is a paper or a repository, `code_digest` of the files that ran."""

    name: Name
    title: _Line
    authors: tuple[_Line, ...] = ()
    source: _Line = ""
    code_digest: Sha256


class Artifact(_Section):
    """A file of weights, its path relative to the leaderboard's folder."""

    path: RelativePath
    sha256: Sha256
    bytes: int = Field(ge=0)


class DataRef(_Section):
    """The test images that the copy of the data had: their digest and number.

    `missing` are the original positions of those it lacked, ascending, so that a fuller copy can be
    cut down to it. Where more than `MAX_MISSING` were lacking none is named.
    """

    digest: str
    n: int = Field(ge=0)
    missing: tuple[Annotated[int, Field(ge=0)], ...] = Field((), max_length=MAX_MISSING)


class Provenance(_Section):
    """What is needed to measure again. No host name and no user name."""

    date: Day | None = Field(None, description="UTC day on which the rows were entered")
    commit: str | None = Field(None, description="null outside a git repository")
    dirty: bool = Field(False, description="code or recipes had changes that no commit holds")
    packages: dict[str, str] = Field(default_factory=dict)
    images: dict[str, str] = Field(default_factory=dict, description="container image digests")
    processor: str = ""
    seeds: tuple[int, ...] = ()
    data: DataRef
    wall_time_s: float = Field(ge=0)


class Entry(_Section):
    """One file of `leaderboard/entries/<task>/`.

    `frozen_points` is the whole list of operating points; every one of them has a row, also where
    it failed. `test_looks` says by point how many differently trained versions of it have been
    scored on test images, this one included, from the task's present base: 1 where it was frozen
    before it met the first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["cosplit-entry-1"] = Field("cosplit-entry-1", alias="schema")
    status: Status = "self-reported"
    task: TaskRef
    method: MethodRef
    frozen_points: tuple[str, ...] = Field(min_length=1, max_length=64)
    test_looks: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    points: tuple[Row, ...] = Field(min_length=1, max_length=2000)
    artifacts: tuple[Artifact, ...] = ()
    provenance: Provenance


def read_entry(path: Path) -> Entry:
    """The entry in `path`.

    Raises:
        CosplitError: the file is too large, not strict JSON, or not an entry; one line that names
            file, field and remedy.
    """
    return read_model(Entry, path, MAX_BYTES)


def best_proved(entries: Iterable[Entry]) -> list[Entry]:
    """One entry a task and method, the best-proved; by task and name."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in sorted(with_measured(entries), key=lambda entry: STATUSES.index(entry.status)):
        found[entry.task.name, entry.method.name] = entry
    return [found[key] for key in sorted(found)]


def with_measured(entries: Iterable[Entry]) -> list[Entry]:
    """Entries whose rows have what containers measured of the same weights, in whichever entry it
    stands: a reproduction scores anew and runs no containers."""
    held = list(entries)
    known = [row for entry in held for row in entry.points if row.outcome_emulated]
    return [
        entry.model_copy(
            update={"points": tuple(with_emulation(entry.points, [*known, *entry.points]))}
        )
        for entry in held
    ]


def entry_path(leaderboard: Path, entry: Entry) -> Path:
    """Where the entry belongs; a reproduction lies beside what was reported, never over it."""
    stem = entry.method.name
    if entry.status != "self-reported":
        stem += f".{entry.status}"
    return leaderboard / "entries" / entry.task.name / f"{stem}.json"


def entry_of(leaderboard: Path, task: str, method: str) -> Entry | None:
    """What was reported of a method on a task so far; None where nothing was."""
    path = leaderboard / "entries" / task / f"{method}.json"
    return read_entry(path) if path.is_file() else None


def proves(entry: Entry, told: Entry | None) -> bool:
    """Whether `entry`, of a higher status, is of the same points, channels, seeds and weights as
    what was reported."""
    return told is not None and _weights(entry) == _weights(told)


def _weights(entry: Entry) -> dict[tuple[object, ...], str]:
    return {row.key: row.weights_digest for row in entry.points}


def write_entry(leaderboard: Path, entry: Entry) -> Path:
    """Write the entry to its place, whole or not at all.

    A report of other weights takes away what was proved of those before.
    """
    path = write_atomic(entry_path(leaderboard, entry), entry_json(entry))
    if entry.status == "self-reported":
        for status in STATUSES[1:]:
            proof = path.with_name(f"{entry.method.name}.{status}.json")
            if proof.is_file() and not proves(read_entry(proof), entry):
                proof.unlink()
    return path


def entry_json(entry: Entry) -> str:
    """The entry as its file holds it."""
    return entry.model_dump_json(by_alias=True, indent=1) + "\n"


def confined(root: Path, relative: str) -> Path:
    """`root / relative`, where that stays inside `root` once symbolic links are followed.

    Raises:
        CosplitError: an absolute path, one with `..`, or a link that leads out of `root`.
    """
    path = root / relative
    if {"", ".", ".."} & set(re.split(r"[/\\]", relative)):
        raise CosplitError(f"path {relative!r}: write it relative to {root.name}/, without '..'")
    if not path.resolve().is_relative_to(root.resolve()):
        raise CosplitError(f"path {relative!r}: leads out of {root.name}/; copy the file inside")
    return path


def json_schema() -> dict[str, object]:
    """The published schema, `leaderboard/entry.schema.json`."""
    schema = Entry.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
