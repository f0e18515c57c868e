"""Every entry of a leaderboard: schema, place, artifacts and arithmetic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from cosplit.errors import CosplitError, unknown
from cosplit.files import sha256
from cosplit.measure.hardware import Hardware
from cosplit.profile import HardwareProfile, load_profile
from cosplit.record.choose import REFERENCE_SEED
from cosplit.record.consistency import Mistake, entry_mistakes, latency_mistakes, row_mistakes
from cosplit.record.entry import (
    Artifact,
    Entry,
    confined,
    entry_of,
    entry_path,
    proves,
    read_entry,
)
from cosplit.record.weights import locate
from cosplit.resources import PROFILES, TASKS
from cosplit.task import load_task

MAX_MISTAKES = 20  # of one entry: more only bury the first


@dataclass(frozen=True)
class Problem:
    """One mistake: the file (relative to the leaderboard), the field, and what to do."""

    file: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.field, self.message) if part)


def entry_files(leaderboard: Path) -> list[Path]:
    """The files of all entries, in a fixed order."""
    return sorted((leaderboard / "entries").glob("*/*.json"))


def read_entries(leaderboard: Path) -> list[Entry]:
    """Every entry; the first that cannot be read raises `CosplitError`."""
    return [read_entry(_own(leaderboard, path)) for path in entry_files(leaderboard)]


def check(leaderboard: Path, tasks: Path = TASKS, profiles: Path = PROFILES) -> list[Problem]:
    """Every problem of every entry; an empty list where all is well.

    Digests and sizes of artifacts are compared with the bytes on disk; no artifact is parsed.
    """
    checker = _Checker(leaderboard, tasks, profiles)
    return [problem for path in entry_files(leaderboard) for problem in checker.problems(path)]


def _own(leaderboard: Path, path: Path) -> Path:
    return confined(leaderboard, path.relative_to(leaderboard).as_posix())


class _Checker:
    """What the entries of one leaderboard have in common, read once."""

    def __init__(self, root: Path, tasks: Path, profiles: Path) -> None:
        known = {path.stem: load_profile(path.stem, profiles) for path in profiles.glob("*.toml")}
        self.root = root
        self.task = cache(lambda name: load_task(name, tasks))
        self.hardware = cache(lambda text: Hardware.parse(text, partial(_profile, known)))
        self.digest = cache(sha256)
        self.names: dict[tuple[str, str, str], str] = {}
        self.authors: dict[str, tuple[str, ...]] = {}

    def problems(self, path: Path) -> Iterator[Problem]:
        file = path.relative_to(self.root).as_posix()
        try:
            entry = read_entry(_own(self.root, path))
            found = list(self._mistakes(entry, path))
        except CosplitError as error:
            yield Problem(file, "", str(error).removeprefix(f"{path}: "))
            return
        yield from (Problem(file, field, message) for field, message in found[:MAX_MISTAKES])
        if len(found) > MAX_MISTAKES:
            yield Problem(file, "points", f"{len(found) - MAX_MISTAKES} more mistakes")

    def _mistakes(self, entry: Entry, path: Path) -> Iterator[Mistake]:
        yield from self._place(entry, path)
        yield from self._seeds(entry)
        for k, artifact in enumerate(entry.artifacts):
            for field, message in self._artifact(artifact):
                yield f"artifacts.{k}.{field}", message
        task = self.task(entry.task.name)
        rates = task.rates
        yield from entry_mistakes(entry, task)
        for k, row in enumerate(entry.points):
            for field, message in row_mistakes(row, entry, task):
                yield f"points.{k}.{field}", message
            for field, message in latency_mistakes(row, rates, self.hardware):
                yield f"points.{k}.{field}", message

    def _place(self, entry: Entry, path: Path) -> Iterator[Mistake]:
        method = entry.method
        right = entry_path(self.root, entry)
        if path not in (right, right.with_name(f"{method.name}.json")):
            yield "method.name", f"belongs in {right.relative_to(self.root)}; move or rename it"
        first = self.names.setdefault((entry.task.name, method.name, entry.status), path.name)
        if first != path.name:
            yield "method.name", f"taken by {first}; choose another name"
        told = entry_of(self.root, entry.task.name, method.name)
        if entry.status != "self-reported" and not proves(entry, told):
            yield "status", f"not of the rows and weights of {method.name}.json; reproduce it again"
        if self.authors.setdefault(method.name, method.authors) != method.authors:
            yield "method.authors", f"others hold the name {method.name!r}; choose another"

    def _seeds(self, entry: Entry) -> Iterator[Mistake]:
        """The seed that is ranked is nobody's choice: 0, or the one drawn for a submission."""
        seeds = {row.seed for row in entry.points}
        if (self.root / "submissions" / entry.method.name).is_dir():
            if len(seeds) > 1:
                yield "points", f"{len(seeds)} seeds; a submission has the one it was judged with"
        elif REFERENCE_SEED not in seeds:
            yield "points", f"no row of seed {REFERENCE_SEED}, which is ranked; enter it too"

    def _artifact(self, artifact: Artifact) -> Iterator[Mistake]:
        path = locate(self.root, artifact.path)
        if not path.is_file():
            yield "path", f"{artifact.path}: no such file; add it"
        elif path.stat().st_size != artifact.bytes:
            yield "bytes", f"{artifact.path} has {path.stat().st_size} bytes, not {artifact.bytes}"
        elif self.digest(path) != artifact.sha256:
            yield "sha256", f"{artifact.path} is not the file that was scored; restore it"


def _profile(known: Mapping[str, HardwareProfile], name: str) -> HardwareProfile:
    """Only names that exist are looked up: a row's is a stranger's, and must not be a path."""
    if name not in known:
        raise unknown("hardware profile", name, known)
    return known[name]
