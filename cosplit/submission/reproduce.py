"""Scores an entry again from its weights, and says row by row whether it holds.

artifacts: digests --> own method: scored here | submission: judged in containers --> rows
rows --agreement--> holds, or what differs
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cosplit import catalogue
from cosplit.errors import CosplitError
from cosplit.files import cache_dir, sha256
from cosplit.measure.hardware import Hardware
from cosplit.record.entry import Entry
from cosplit.record.weights import locate
from cosplit.resources import artifacts
from cosplit.row import Row
from cosplit.runner import Runner
from cosplit.submission.agreement import Agreement, agreement
from cosplit.submission.publish import published
from cosplit.submission.rows import Scorer
from cosplit.submission.sandbox import Containers, Sandbox

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cosplit.point import OperatingPoint


@dataclass(frozen=True)
class Reproduction:
    """How entries of `leaderboard` are scored again, on all test images or on `samples`."""

    leaderboard: Path
    data: Path | None = None
    samples: int | None = None
    sandbox: Callable[[], AbstractContextManager[Sandbox]] = field(default=Containers)
    cache: Path = field(default_factory=cache_dir)

    def of(self, entry: Entry) -> list[Agreement]:
        """One agreement a row of the entry, seed by seed.

        Raises:
            CosplitError: an artifact is not the one that was entered, or the test images or the
                task are not those of the entry.
        """
        check_artifacts(self.leaderboard, entry)
        seeds = sorted({row.seed for row in entry.points})
        return [one for seed in seeds for one in self._of_seed(entry, seed)]

    def _of_seed(self, entry: Entry, seed: int) -> list[Agreement]:
        """The rows of one seed, from its weights and with its noise."""
        submitted = (self.leaderboard / "submissions" / entry.method.name).is_dir()
        with tempfile.TemporaryDirectory() as fresh:  # no observation of before is taken for new
            runner = self._runner(entry, seed, self.cache if submitted else Path(fresh))
            positions = self._positions(entry, runner)
            rows = self._judged(entry, runner) if submitted else _scored(entry, runner)
        found = {row.key: row for row in rows}
        told = [row for row in entry.points if row.seed == seed]
        return [agreement(row, found.get(row.key), positions) for row in told]

    def _runner(self, entry: Entry, seed: int, cache: Path) -> Runner:
        task = catalogue.task(entry.task.name)
        if task.digest != entry.task.digest:
            raise CosplitError(
                f"entry {entry.method.name!r}: measured on version {entry.task.version} of "
                f"{task.name!r}, whose file has changed since; check out its commit"
            )
        first = entry.points[0]
        hardware = Hardware.parse(first.hardware) if first.hardware else Hardware.parse()
        roots = (*artifacts(self.leaderboard), *artifacts())
        return Runner(
            task,
            self.data,
            self.samples,
            seed,
            hardware,
            roots,
            cache,
            progress=False,
            leave_out=entry.provenance.data.missing,
        )

    def _positions(self, entry: Entry, runner: Runner) -> "NDArray[np.int64] | None":
        """Where the scored images stand among the entry's; None: they are all of them."""
        check_images(entry, runner)
        whole = runner.images_here
        some = self.samples is not None and len(runner.images) < len(whole)
        return np.searchsorted(whole.index, runner.images.index) if some else None

    def _judged(self, entry: Entry, runner: Runner) -> list[Row]:
        given = published(self.leaderboard, entry.method.name)
        if given.code_digest != entry.method.code_digest:
            raise CosplitError(f"{given.folder}: not the code that was entered; restore it")
        with self.sandbox() as sandbox:
            scorer = Scorer(runner, sandbox)
            return [row for rows in scorer.rows(given, runner.seed) for row in rows]


def check_artifacts(leaderboard: Path, entry: Entry) -> None:
    """Refuse an entry whose files are not, byte for byte, those that it names.

    Raises:
        CosplitError: a file is missing, leads elsewhere or was altered.
    """
    for artifact in entry.artifacts:
        path = locate(leaderboard, artifact.path)
        if not path.is_file():
            fetch = f"cosplit weights fetch {entry.task.name} --from URL|FOLDER"
            raise CosplitError(f"{artifact.path}: not here; run `{fetch}`")
        if sha256(path) != artifact.sha256:
            raise CosplitError(f"{path}: not the file that was entered; restore it")


def check_images(entry: Entry, runner: Runner) -> None:
    """Refuse test images other than the entry's; those that it lacked `runner` leaves out.

    Raises:
        CosplitError: some of the entry's are not here, or nobody can tell which they were.
    """
    told, here = entry.provenance.data, runner.images_here
    if here.digest == told.digest:
        return
    n_test = runner.task.data.n_test
    if told.n + len(told.missing) < n_test:
        why = f"was scored on {told.n} of {n_test} test images and does not say which"
    elif len(here) < told.n:
        why = f"{told.n - len(here)} of the {told.n} test images it was scored on are not here"
    else:
        why = "was scored on other images at the same positions"
    raise CosplitError(f"entry {entry.method.name!r}: {why}; name a copy that has them with --data")


def _scored(entry: Entry, runner: Runner) -> Sequence[Row]:
    """Rows of one of the project's own methods, in this process."""
    method = catalogue.method(entry.method.name)
    points = {point.name: point for point in method.points(runner.task)}
    rows: list[Row] = []
    for name in entry.frozen_points:
        point: OperatingPoint | None = points.get(name)
        if point is not None and runner.models.find(method, point) is not None:
            rows += runner.rows(method, point)
    return rows
