"""What a training shows: a bar on a terminal, else a line an epoch; both with the time left."""

import sys
from collections.abc import Callable
from time import monotonic
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Say = Callable[[str], None]
"""Told what there is to say, a line at a time."""


class Reporter:
    """Shows how one stage goes: on the standard error stream, to whom it is told, or not at all."""

    def __init__(
        self, key: str, steps: int, shown: bool | Say, clock: Callable[[], float] = monotonic
    ) -> None:
        terminal = sys.stderr.isatty()
        self._key = key
        self._steps = steps
        self._clock = clock
        self._start = clock()
        self._before: int | None = None
        self._say = shown if callable(shown) else _to_stderr if shown and not terminal else None
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not (shown is True and terminal),
            speed_estimate_period=300,
        )
        self._task = self._bar.add_task(key, total=steps)

    def __enter__(self) -> "Reporter":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def step(self, done: int) -> None:
        """`done` optimiser steps of this stage have been taken."""
        if self._before is None:  # what a killed process did took none of our time
            self._before = done - 1
        self._bar.update(self._task, completed=done)

    def epoch(self, epoch: int, share: float, loss: float) -> None:
        """An epoch has ended, `share` of the stage is done."""
        self._bar.update(self._task, description=f"{self._key} (loss {loss:.3f})")
        if self._say:
            line = f"{self._key}: epoch {epoch}, {100 * share:.0f} %, loss {loss:.4f}"
            left = f", about {duration(self._left(share))} left" if share < 1 else ""
            self._say(line + left)

    def _left(self, share: float) -> float:
        """Seconds, where the steps to come take as long as those of this process."""
        own = share * self._steps - (self._before or 0)
        return (self._clock() - self._start) / own * (1 - share) * self._steps


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """A time to be read: `40 s`, `4 min`, `3 h 20 min`."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
