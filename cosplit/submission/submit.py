"""From a folder to an entry: checked, claimed, judged point by point, published."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cosplit import catalogue
from cosplit.files import cache_dir
from cosplit.measure.hardware import Hardware
from cosplit.measure.version import code_digest
from cosplit.record.provenance import provenance
from cosplit.resources import artifacts
from cosplit.row import Row
from cosplit.runner import Runner
from cosplit.submission.folder import Submission, read_submission
from cosplit.submission.manifest import MANIFEST, check_task
from cosplit.submission.progress import Progress
from cosplit.submission.publish import claim, publish
from cosplit.submission.rows import Scorer
from cosplit.submission.sandbox import Sandbox
from cosplit.task import Task

REHEARSED = 100
"""Test images, and validation images, that a dry run uses."""


@dataclass(frozen=True)
class Submitting:
    """Brings submissions to `leaderboard`. `say` is told each step; `data` is the images'
    folder."""

    leaderboard: Path
    sandbox: Sandbox
    data: Path | None = None
    hardware: Hardware = field(default_factory=Hardware.parse)
    cache: Path = field(default_factory=cache_dir)
    images: dict[str, str] = field(default_factory=dict)
    say: Callable[[str], object] = print

    def rehearse(self, folder: Path) -> list[Row]:
        """Everything but the leaderboard, on few images: rows that count for nothing.

        Raises:
            CosplitError: the folder is no submission, or the task's data is not here.
        """
        given, task = opened(folder)
        scorer = Scorer(self._runner(task, REHEARSED), self.sandbox)
        return [row for rows in scorer.rows(given, secrets.randbits(31)) for row in rows]

    def submit(self, folder: Path) -> tuple[list[Row], Path]:
        """The entry's rows and where it lies; after a kill the same call goes on.

        Raises:
            CosplitError: the folder is no submission, its name is taken, or the task's data is
                not here.
        """
        given, task = opened(folder)
        runner, start = self._runner(task, None), time.monotonic()
        images = runner.images  # data that is missing is said before a name is taken
        place = claim(self.leaderboard, given, catalogue.method_names())
        self.say(f"{given.manifest.name}: points frozen in {place}")
        progress = self._progress(given, task, runner)
        rows = list(self._judged(Scorer(runner, self.sandbox), given, progress))
        origin = provenance(
            images.digest,
            len(images),
            time.monotonic() - start,
            missing=runner.missing,
            seeds=(progress.seed(),),
            images=self.images,
        )
        return rows, publish(self.leaderboard, given, task, rows, origin)

    def _judged(self, scorer: Scorer, given: Submission, progress: Progress) -> Iterator[Row]:
        """Rows of every point; points that were done before a kill are not judged again."""
        todo = [p for p in given.manifest.points if progress.rows(p.operating.name) is None]
        fresh = scorer.rows(given, progress.seed(), todo)
        for point, rows in zip(todo, fresh, strict=True):
            progress.keep(point.operating.name, rows)
            self.say(f"{point.operating.name}: {rows[0].outcome} {rows[0].detail}".rstrip())
        for done in given.points:
            yield from progress.rows(done.name) or ()

    def _runner(self, task: Task, samples: int | None) -> Runner:
        roots = (*artifacts(self.leaderboard), *artifacts())  # where the task's base may lie
        return Runner(
            task, self.data, samples, hardware=self.hardware, artifacts=roots, cache=self.cache
        )

    def _progress(self, given: Submission, task: Task, runner: Runner) -> Progress:
        parts = (given.digest(), task.digest, runner.images.digest, self.hardware.name)
        named = hashlib.sha256(" ".join((*parts, code_digest())).encode()).hexdigest()
        return Progress(self.cache / "submissions" / f"{given.manifest.name}-{named[:16]}")


def opened(folder: Path) -> tuple[Submission, Task]:
    """A checked submission and the task it answers."""
    given = read_submission(folder)
    task = catalogue.task(given.manifest.task)
    check_task(folder / MANIFEST, given.manifest, task)
    return given, task
