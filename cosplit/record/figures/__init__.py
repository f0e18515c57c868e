"""The paper's three figures, drawn from rows; each one a seaborn SVG that needs no network.

Fig. 3: computation on the device against bits sent. Fig. 4: latency against rate, each method at
its fastest point that qualifies and fits. Fig. 5: accuracy and channel uses over noise.
"""

from collections.abc import Sequence
from pathlib import Path

from cosplit.measure.hardware import Hardware
from cosplit.record.choose import reference
from cosplit.record.figures.canvas import reproducible, write
from cosplit.record.figures.latency import latency
from cosplit.record.figures.noise import noise
from cosplit.record.figures.tradeoff import tradeoff
from cosplit.row import Row
from cosplit.task import Task


def draw(
    rows: Sequence[Row],
    task: Task,
    hardware: Hardware,
    folder: Path,
    threshold: float | None = None,
) -> list[Path]:
    """All three figures of one task and hardware, as `<folder>/fig{3,4,5}.svg`.

    `threshold` is the accuracy that qualifies; None: the task's own. The same rows give the same
    bytes.
    """
    kept = reference(row for row in rows if row.task == task.name)
    asked = task.threshold if threshold is None else threshold
    with reproducible():
        drawn = {
            "fig3": tradeoff(kept, asked),
            "fig4": latency(kept, task, hardware, asked),
            "fig5": noise(kept, asked),
        }
        return [write(folder / f"{name}.svg", figure) for name, figure in drawn.items()]
