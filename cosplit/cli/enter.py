"""`cosplit enter`: bring trained points to the leaderboard, weights and entry together."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

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
    to_write_to,
)
from cosplit.cli.output import AsJson, print_json
from cosplit.errors import CosplitError
from cosplit.files import sha256, write_atomic

if TYPE_CHECKING:
    from cosplit.method import Method
    from cosplit.point import OperatingPoint
    from cosplit.record.entry import Artifact, Entry
    from cosplit.row import Row
    from cosplit.runner import Runner
    from cosplit.task import Task


def enter(
    task: TaskName,
    method: Methods = None,
    hardware: Hardware = "raspberry-pi-3",
    data: Folder = None,
    seed: Seed = 0,
    leaderboard: Root = LEADERBOARD,
    measured: Annotated[
        Path | None,
        typer.Option(help="A --benchmark-json file of `pytest benchmarks --hardware NAME`."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score trained points and write one entry a method.

    On all test images, over every channel of the task.

    Weights of the seed are copied from the cache to the leaderboard's artifacts first. The entry
    is scored from there and has a row for every seed whose weights are there. What containers have
    measured of the same weights is taken from the file and from the entry as it was.
    """
    from cosplit import catalogue
    from cosplit.measure.hardware import Hardware as Pair
    from cosplit.record.entry import write_entry
    from cosplit.record.provenance import uncommitted
    from cosplit.runner import Runner

    asked = load_task(task)
    if not asked.ranked:
        raise CosplitError(f"task {task!r} is never ranked; it has no entries")
    to_write_to(leaderboard)
    if uncommitted():
        typer.echo(
            "cosplit: code has changes that no commit holds: `cosplit check` will refuse "
            "the entry; commit first",
            err=True,
        )
    emulated = _emulated(leaderboard, asked, measured)
    runner = Runner(asked, data, None, seed, Pair.parse(hardware), (leaderboard / "artifacts",))
    written = []
    for each in [catalogue.method(name) for name in method or catalogue.method_names()]:
        _publish(runner, each, leaderboard)
        entry = _entry(runner, each, leaderboard, emulated)
        if entry:
            path = str(write_entry(leaderboard, entry))
            written.append({"method": each.name, "entry": path, "rows": len(entry.points)})
            print(path, flush=True, file=sys.stderr if as_json else sys.stdout)
    if not written:
        raise none_left(f"no point of {task} is trained; run `cosplit train {task}` first")
    if as_json:
        print_json(written)


def _emulated(leaderboard: Path, task: "Task", file: Path | None) -> list["Row"]:
    """Rows of the task's entries, then those of a benchmark's file."""
    from cosplit.record.check import read_entries
    from cosplit.record.measured import read_run

    entered = [entry for entry in read_entries(leaderboard) if entry.task.name == task.name]
    fresh = read_run(file).measured.values() if file else ()
    return [*(row for entry in entered for row in entry.points), *(one.row for one in fresh)]


def _publish(runner: "Runner", method: "Method", leaderboard: Path) -> None:
    """Copy a method's models from the cache, sharing the tensors that are there already: first
    those of the networks that several points begin with."""
    from cosplit.artifacts import ArtifactStore
    from cosplit.artifacts.store import shared_folder

    for network in sorted(shared_folder(runner.cache, runner.task).glob("*.safetensors")):
        path = leaderboard / "artifacts" / runner.task.name / network.name
        if not path.exists():
            write_atomic(path, network.read_bytes())
    source = runner.models.store(method)
    target = ArtifactStore(leaderboard / "artifacts", runner.seed)
    for point in source.points(runner.task, method.name):
        notes = source.notes(runner.task, method.name, point)
        model = source.load(runner.task, method, point)
        target.save(runner.task, method.name, point, model, notes["extra"])


def _entry(
    runner: "Runner", method: "Method", leaderboard: Path, emulated: Sequence["Row"] = ()
) -> "Entry | None":
    """The method's entry from its published points, with what containers have measured of them;
    None where there are none."""
    from cosplit.measure.version import code_digest
    from cosplit.record.choose import REFERENCE_SEED
    from cosplit.record.emulated import with_emulation
    from cosplit.record.entry import Entry, MethodRef, TaskRef, entry_of
    from cosplit.record.looks import looks_so_far
    from cosplit.record.provenance import provenance

    task, start = runner.task, monotonic()
    published = _published(leaderboard, task, method)
    if not published:
        return None
    rows = tuple(with_emulation(_rows(runner, method, published), emulated))
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
        frozen_points=tuple(point.name for point in published[REFERENCE_SEED]),
        test_looks=looks_so_far(entry_of(leaderboard, task.name, method.name), rows),
        points=rows,
        artifacts=_artifacts(leaderboard, task, method.name, published),
        provenance=provenance(
            runner.images.digest,
            len(runner.images),
            monotonic() - start,
            missing=runner.missing,
            seeds=published,
        ),
    )


def _published(
    leaderboard: Path, task: "Task", method: "Method"
) -> dict[int, list["OperatingPoint"]]:
    """The method's points that the leaderboard has weights of, by seed; empty where there are none.

    Raises:
        CosplitError: the reference seed lacks a point of the list, or one that another seed has.
    """
    from cosplit.artifacts import ArtifactStore
    from cosplit.record.choose import REFERENCE_SEED

    root = leaderboard / "artifacts"
    found = {}
    for seed in ArtifactStore(root).seeds(task, method.name):
        path = partial(ArtifactStore(root, seed).path, task, method.name)
        found[seed] = [point for point in method.points(task) if path(point).is_file()]
    for seed, points in found.items():
        for point in points:
            if point not in found.get(REFERENCE_SEED, ()):
                raise CosplitError(
                    f"{method.name} {point.name}: entered with seed {seed} and not with seed "
                    f"{REFERENCE_SEED}, which is ranked; train and enter it with that one first"
                )
    ranked = found.get(REFERENCE_SEED, ())
    left_out = [point.name for point in method.points(task) if ranked and point not in ranked]
    if left_out:
        raise CosplitError(
            f"{method.name}: not trained at {', '.join(left_out)}, and a list is entered whole; "
            f"run `cosplit train {task.name} --method {method.name}` first"
        )
    return {seed: points for seed, points in found.items() if points}


def _rows(
    runner: "Runner", method: "Method", points: Mapping[int, Sequence["OperatingPoint"]]
) -> Iterator["Row"]:
    """The rows of every seed, each from its own weights and with its own noise."""
    for seed, asked in points.items():
        seeded = replace(runner, seed=seed)
        for point in asked:
            yield from seeded.rows(method, point)


def _artifacts(
    leaderboard: Path, task: "Task", method: str, seeds: Iterable[int]
) -> tuple["Artifact", ...]:
    from cosplit.artifacts import ArtifactStore
    from cosplit.record.entry import Artifact

    stores = [ArtifactStore(leaderboard / "artifacts", seed) for seed in seeds]
    folders = [store.folder(task, method) for store in stores]
    own = [file for folder in folders for file in sorted(folder.glob("*.safetensors"))]
    files = [*sorted({other for file in own for other in _leads_to(file)} - set(own)), *own]
    return tuple(
        Artifact(
            path=file.relative_to(leaderboard).as_posix(),
            sha256=sha256(file),
            bytes=file.stat().st_size,
        )
        for file in files
    )


def _leads_to(file: Path) -> set[Path]:
    """The files that `file` shares tensors of."""
    from cosplit.tensorfile import read_header

    references = read_header(file).notes["references"].values()
    return {file.parent.parent / other for other, *_ in references}
