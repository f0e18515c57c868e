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
    from cosplit.row import Row

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
    """Score operating points on the test images, over every channel of the task.

    Points that have no model are left out; on a task that is not ranked they are trained first.
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
    show([r.model_dump() if as_json else summary(r) for r in rows], as_json, title=asked.title)


def summary(row: "Row") -> dict[str, str]:
    """What a person reads of a row."""
    return {
        "method": row.method,
        "point": row.point,
        "channel": row.channel,
        "outcome": row.outcome,
        "accuracy": "" if row.accuracy is None else f"{row.accuracy:.2%}",
        "device MMACs": "" if row.device_macs is None else f"{row.device_macs / 1e6:.2f}",
        "bits": "" if row.payload_bits_mean is None else f"{row.payload_bits_mean:.1f}",
        "channel uses": "" if row.channel_uses is None else f"{row.channel_uses:.1f}",
        "qualifies at": ", ".join(t for t, held in row.qualifies.items() if held),
    }
