"""The figures of a task, drawn from rows: files that need no network, named for what is seen.

`tradeoff`: computation on the device against bits sent (the paper's Fig. 3). `latency`: latency
against rate, by two rules of what fits (Fig. 4). `noise`: accuracy and channel uses over noise
(Fig. 5). `winners`: which method answers fastest at each rate, for a front page.
"""

from collections.abc import Sequence
from pathlib import Path

from cosplit.measure.hardware import Hardware
from cosplit.record.choose import reference
from cosplit.record.figures.latency import latency
from cosplit.record.figures.noise import noise
from cosplit.record.figures.tradeoff import tradeoff
from cosplit.record.figures.winners import winners
from cosplit.record.figures.write import reproducible, write
from cosplit.row import Row
from cosplit.task import Task


def draw(
    rows: Sequence[Row],
    task: Task,
    hardware: Hardware,
    folder: Path,
    threshold: float | None = None,
    formats: Sequence[str] = ("svg",),
) -> list[Path]:
    """All figures of one task and hardware, as `<folder>/<what is seen>.<format>`.

    `threshold` is the accuracy that qualifies; None: the task's own. The same rows give the same
    bytes in each of `formats`, which are among `write.FORMATS`.
    """
    here = [row for row in rows if row.task == task.name]
    kept = reference(here)
    asked = task.threshold if threshold is None else threshold
    with reproducible():
        drawn = {
            "tradeoff": tradeoff(kept, task, hardware, asked),
            "latency": latency(kept, task, hardware, asked),
            "noise": noise(here, task, asked),
            "winners": winners(kept, task, hardware, asked),
        }
        return [
            write(folder / f"{name}.{kind}", figure)
            for name, figure in drawn.items()
            for kind in formats
        ]
