"""`cosplit figures`: the paper's three figures, from the leaderboard's entries."""

from pathlib import Path
from typing import Annotated

import typer

from cosplit.cli.common import (
    LEADERBOARD,
    Hardware,
    Root,
    TaskOption,
    Threshold,
    load_task,
    task_entries,
    threshold_of,
)


def figures(
    out: Annotated[Path, typer.Argument(help="The folder to write fig3, fig4 and fig5.svg into.")],
    task: TaskOption = "cifar10",
    hardware: Hardware = "raspberry-pi-3",
    threshold: Threshold = None,
    leaderboard: Root = LEADERBOARD,
) -> None:
    """Draw a task's figures from its entries.

    Computation against payload, latency against rate, and noise, as SVG.
    Nothing is measured: the same entries give the same bytes.
    """
    from cosplit.measure.hardware import Hardware as Pair
    from cosplit.record.figures import draw

    asked, pair = load_task(task), Pair.parse(hardware)
    kept = threshold_of(asked, threshold)
    rows = [row for entry in task_entries(task, leaderboard) for row in entry.points]
    for path in draw(rows, asked, pair, out, kept):
        typer.echo(path)
