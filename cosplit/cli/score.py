"""`cosplit score`: rows of trained points, measured now."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.common import (
    Folder,
    Hardware,
    Methods,
    Points,
    Seed,
    TaskName,
    load_task,
    none_left,
    selected,
)
from cosplit.cli.output import AsJson, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cosplit.row import Row
    from cosplit.screen import Table

Samples = Annotated[
    int | None, typer.Option(min=10, help="Score class-balanced test images, this many.")
]


def score(
    task: TaskName,
    method: Methods = None,
    point: Points = None,
    samples: Samples = None,
    hardware: Hardware = "raspberry-pi-3",
    data: Folder = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Score operating points on the test images.

    Over every channel of the task. Points that have no model are left out; on a task that is not
    ranked they are trained first.
    """
    from cosplit.measure.hardware import Hardware as Pair
    from cosplit.runner import Runner
    from cosplit.trained import NotTrained

    asked = load_task(task)
    runner = Runner(asked, data, samples, seed, Pair.parse(hardware))
    rows: list[Row] = []
    for each, which in selected(asked, method, point):
        try:
            rows += runner.rows(each, which)
        except NotTrained as missing:
            typer.echo(f"left out: {missing}", err=True)
    if not rows:
        raise none_left("nothing was scored")
    show([row.model_dump() for row in rows], as_json, rows_table(rows, asked.title))


def rows_table(rows: "Sequence[Row]", title: str) -> "Table":
    """What a person reads of rows: every point over every channel."""
    from cosplit.record.table import METHOD, POINT
    from cosplit.screen import Column, Table
    from cosplit.units import bits, count, percent

    columns = (
        METHOD,
        POINT,
        Column("channel"),
        Column("outcome", 2),
        Column("accuracy", right=True),
        Column("device\nMACs", 4, right=True),
        Column("bits", right=True),
        Column("channel\nuses", 1, right=True),
        Column("reaches", 3),
    )
    table = Table(columns, title)
    for row in rows:
        table.add(
            row.method,
            row.point,
            row.channel,
            row.outcome,
            percent(row.accuracy),
            count(row.device_macs),
            bits(row.payload_bits_mean),
            bits(row.channel_uses),
            _reached(row),
        )
    return table


def _reached(row: "Row") -> str:
    from cosplit.units import level

    return ", ".join(level(float(name)) for name, held in row.qualifies.items() if held)
