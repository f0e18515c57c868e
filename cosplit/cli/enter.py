"""`cosplit enter`: bring trained points to the leaderboard, weights and entry together."""

import hashlib
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from cosplit.cli.common import (
    LEADERBOARD,
    Folder,
    Hardware,
    Methods,
    Root,
    Seed,
    TaskName,
    load_task,
    none_left,
)
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from cosplit.method import Method
    from cosplit.record.entry import Artifact, Entry
    from cosplit.runner import Runner


def enter(
    task: TaskName,
    method: Methods = None,
    hardware: Hardware = "raspberry-pi-3",
    data: Folder = None,
    seed: Seed = 0,
    leaderboard: Root = LEADERBOARD,
) -> None:
    """Score every trained point on all test images and write one entry a method.

    Weights are copied from the cache to the leaderboard's artifacts first, and scored from there.
    """
    from cosplit import catalogue
    from cosplit.measure.hardware import Hardware as Pair
    from cosplit.record.entry import write_entry
    from cosplit.runner import Runner

    asked = load_task(task)
    if not asked.ranked:
        raise CosplitError(f"task {task!r} is never ranked; it has no entries")
    runner = Runner(asked, data, None, seed, Pair.parse(hardware), (leaderboard / "artifacts",))
    written = 0
    for each in map(catalogue.method, method or catalogue.method_names()):
        _publish(runner, each, leaderboard)
        entry = _entry(runner, each, leaderboard)
        if entry:
            print(write_entry(leaderboard, entry), flush=True)
            written += 1
    if not written:
        raise none_left(f"no point of {task} is trained; run `cosplit train {task}` first")


def _publish(runner: "Runner", method: "Method", leaderboard: Path) -> None:
    """Copy a method's models from the cache, sharing the tensors that are there already."""
    from cosplit.artifacts import ArtifactStore

    source, target = runner.models.store(method), ArtifactStore(leaderboard / "artifacts")
    for point in source.points(runner.task, method.name):
        notes = source.notes(runner.task, method.name, point)
        model = source.load(runner.task, method, point)
        target.save(runner.task, method.name, point, model, notes["extra"])


def _entry(runner: "Runner", method: "Method", leaderboard: Path) -> "Entry | None":
    """The method's entry from its published points; None where there are none."""
    from cosplit.measure.version import code_digest
    from cosplit.record.entry import Entry, MethodRef, TaskRef
    from cosplit.record.provenance import provenance

    task, start = runner.task, monotonic()
    points = [p for p in method.points(task) if runner.models.find(method, p)]
    rows = tuple(row for point in points for row in runner.rows(method, point))
    if not rows:
        return None
    return Entry(
        schema="cosplit-entry-1",
        task=TaskRef(name=task.name, version=task.version, digest=task.digest),
        method=MethodRef(
            name=method.name,
            title=method.title,
            authors=tuple(name.strip() for name in method.authors.split(",")),
            source=method.source,
            code_digest=code_digest(method),
        ),
        frozen_points=tuple(point.name for point in points),
        points=rows,
        artifacts=_artifacts(leaderboard, task.name, method.name),
        provenance=provenance(
            runner.images.digest,
            len(runner.images),
            monotonic() - start,
            seeds=(runner.seed,),
        ),
    )


def _artifacts(leaderboard: Path, task: str, method: str) -> tuple["Artifact", ...]:
    from cosplit.record.entry import Artifact

    folder = leaderboard / "artifacts" / task
    files = [folder / "base.safetensors", *sorted((folder / method).glob("*.safetensors"))]
    return tuple(
        Artifact(
            path=file.relative_to(leaderboard).as_posix(),
            sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
            bytes=file.stat().st_size,
        )
        for file in files
        if file.is_file()
    )
