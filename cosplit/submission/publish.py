"""A submission's way to the leaderboard, a step at a time, each of which can be done again.

1 claim    code and manifest -> leaderboard/submissions/<name>/      (points are frozen here)
2          ... judged ...
3 publish  weights -> leaderboard/artifacts/<task>/<name>/, then the entry, last
"""

from collections.abc import Iterable
from pathlib import Path

from cosplit.errors import CosplitError
from cosplit.files import sha256, write_atomic
from cosplit.record.entry import (
    Artifact,
    Entry,
    MethodRef,
    Provenance,
    TaskRef,
    confined,
    entry_of,
    write_entry,
)
from cosplit.record.looks import looks_so_far
from cosplit.row import Row
from cosplit.submission.folder import EXTRAS, METHOD, Submission, submission
from cosplit.submission.manifest import MANIFEST, read_manifest
from cosplit.task import Task


def claim(leaderboard: Path, given: Submission, taken: Iterable[str]) -> Path:
    """Copy the code to its place, which takes the name; again after a kill does no harm.

    `taken` are names of the project's own methods.

    Raises:
        CosplitError: the name is taken.
    """
    name = given.manifest.name
    place = leaderboard / "submissions" / name
    if name in set(taken):
        raise CosplitError(f"name = {name!r}: one of cosplit's own methods; choose another")
    for entry in sorted((leaderboard / "entries").glob(f"*/{name}.json")):
        raise CosplitError(
            f"name = {name!r}: {entry} has it; choose another, or to replace a submission of your "
            f"own remove that file and {place} first"
        )
    if (place / MANIFEST).is_file() and _code(place) != _code(given.folder):
        raise CosplitError(
            f"name = {name!r}: {place} holds another submission; choose another name, or remove "
            "that folder if it is your own unfinished one"
        )
    for file in (METHOD, *EXTRAS, MANIFEST):  # the manifest last: with it the copy is whole
        if (given.folder / file).is_file():
            write_atomic(place / file, confined(given.folder, file).read_bytes())
    return place


def published(leaderboard: Path, name: str) -> Submission:
    """A submission as the leaderboard holds it.

    Raises:
        CosplitError: a file of it is missing or damaged.
    """
    folder = leaderboard / "submissions" / name
    manifest = read_manifest(confined(folder, MANIFEST))
    weights = {
        point.operating.name: confined(
            leaderboard, _artifact(manifest.task, name, point.operating.name)
        )
        for point in manifest.points
    }
    return submission(folder, manifest, weights)


def publish(
    leaderboard: Path,
    given: Submission,
    task: Task,
    rows: Iterable[Row],
    provenance: Provenance,
) -> Path:
    """Copy the weights, then write the entry `self-reported`; where it lies."""
    manifest, held = given.manifest, tuple(rows)
    artifacts = []
    for point, source in given.weights.items():
        relative = _artifact(manifest.task, manifest.name, point)
        target = write_atomic(leaderboard / relative, source.read_bytes())
        artifacts.append(
            Artifact(path=relative, sha256=sha256(target), bytes=target.stat().st_size)
        )
    entry = Entry(
        schema="cosplit-entry-1",
        task=TaskRef(name=task.name, version=task.version, digest=task.digest),
        method=MethodRef(
            name=manifest.name,
            title=manifest.title,
            authors=manifest.authors,
            source=manifest.source,
            code_digest=given.code_digest,
        ),
        frozen_points=tuple(point.name for point in given.points),
        test_looks=looks_so_far(entry_of(leaderboard, task.name, manifest.name), held),
        points=held,
        artifacts=tuple(artifacts),
        provenance=provenance,
    )
    return write_entry(leaderboard, entry)


def _artifact(task: str, name: str, point: str) -> str:
    return f"artifacts/{task}/{name}/{point}.safetensors"


def _code(folder: Path) -> list[bytes]:
    return [(folder / file).read_bytes() for file in (MANIFEST, METHOD)]
