"""What a training shows: a bar with the time left on a terminal, else a line an epoch."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Reporter:
    """Shows how one stage goes on the standard error stream, or nothing at all."""

    def __init__(self, key: str, steps: int, shown: bool) -> None:
        terminal = sys.stderr.isatty()
        self._key = key
        self._lines = shown and not terminal
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not (shown and terminal),
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
        self._bar.update(self._task, completed=done)

    def epoch(self, epoch: int, share: float, loss: float) -> None:
        """An epoch has ended, `share` of the stage is done."""
        self._bar.update(self._task, description=f"{self._key} (loss {loss:.3f})")
        if self._lines:
            line = f"{self._key}: epoch {epoch}, {100 * share:.0f} %, loss {loss:.4f}"
            print(line, file=sys.stderr, flush=True)
