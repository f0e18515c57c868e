"""`cosplit choose`: which split, pruning and code answers fastest here."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.common import LEADERBOARD, Hardware, Rate, load_task
from cosplit.cli.output import AsJson, show
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from cosplit.row import Row

TaskOption = Annotated[str, typer.Option(help="A task, as `cosplit list tasks` names it.")]
Threshold = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="The accuracy to keep: one of the task's thresholds."),
]


def choose(
    rate: Rate,
    task: TaskOption = "cifar10",
    hardware: Hardware = "raspberry-pi-3",
    threshold: Threshold = None,
    as_json: AsJson = False,
) -> None:
    """Pick the operating point that answers fastest, from what has been scored.

    The paper's iterative search tries split after split; the leaderboard's rows have done that,
    so what is left for a rate and a device is a minimum.
    """
    from cosplit.record.choose import choose as fastest
    from cosplit.record.choose import latency_ms

    asked = load_task(task)
    wanted = asked.threshold if threshold is None else threshold
    if wanted not in asked.thresholds:
        known = ", ".join(f"{t:g}" for t in asked.thresholds)
        raise CosplitError(f"threshold {wanted:g} is not one of {task}'s; choose from {known}")
    row = fastest(_rows(task), rate, hardware, wanted)
    answer = {
        "method": row.method,
        "point": row.point,
        "latency_ms": latency_ms(row, rate),
        "accuracy": row.accuracy,
        "device_macs": row.device_macs,
        "payload_bits": row.payload_bits_mean,
    }
    show([answer], as_json, title=f"{task} at {rate:g} B/s on {hardware}, {wanted:g} kept")


def _rows(task: str) -> "list[Row]":
    """All rows of the task's entries.

    Raises:
        CosplitError: the task has no entries.
    """
    from cosplit.record.entry import read_entry

    files = sorted((LEADERBOARD / "entries" / task).glob("*.json"))
    if not files:
        raise CosplitError(f"{task} has no entries; run `cosplit enter {task}` after training")
    return [row for file in files for row in read_entry(file).points]
