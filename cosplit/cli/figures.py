"""`cosplit figures`: what the paper's figures show, from the leaderboard's entries."""

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
from cosplit.cli.output import AsJson, print_json


def figures(
    out: Annotated[Path, typer.Argument(help="The folder to write the figures into.")],
    task: TaskOption = "cifar10",
    hardware: Hardware = "raspberry-pi-3",
    threshold: Threshold = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format", help="File formats: svg, pdf or png; several separated by commas."
        ),
    ] = "svg",
    leaderboard: Root = LEADERBOARD,
    as_json: AsJson = False,
) -> None:
    """Draw a task's figures from its entries.

    tradeoff: computation on the device against bits sent (the paper's Fig. 3). latency: latency
    over rate, by what fits (Fig. 4). noise: accuracy and channel uses over noise (Fig. 5).
    winners: which method answers fastest at each rate.
    Nothing is measured: the same entries give the same bytes.
    """
    from cosplit.measure.hardware import Hardware as Pair
    from cosplit.record.figures import draw
    from cosplit.record.figures.write import formats as named

    kinds, asked, pair = named(formats), load_task(task), Pair.parse(hardware)
    kept = threshold_of(asked, threshold)
    rows = [row for entry in task_entries(task, leaderboard) for row in entry.points]
    paths = [str(path) for path in draw(rows, asked, pair, out, kept, kinds)]
    if as_json:
        print_json(paths)
    else:
        typer.echo("\n".join(paths))
