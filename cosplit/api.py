"""For a notebook: what there is, what it scores and how it ranks; `cosplit.score` and the like.

Columns are named as the fields of `Row` and `BoardLine`, which is as commands name them in JSON.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cosplit.resources import LEADERBOARD

if TYPE_CHECKING:
    from pandas import DataFrame

    from cosplit.record.choose import Tier

DEVICE = "raspberry-pi-3"


def tasks() -> list[str]:
    """Names of all tasks, sorted."""
    from cosplit.catalogue import task_names

    return task_names()


def score(
    method: str,
    task: str = "digits",
    *,
    points: Sequence[str] = (),
    samples: int | None = None,
    hardware: str = DEVICE,
    data: Path | None = None,
    seed: int = 0,
) -> "DataFrame":
    """Score a method's operating points; one row a point and channel, with the fields of `Row`.

    On a task that is not ranked, as `digits`, models are trained first.

    Args:
        method: one of `cosplit.methods()`.
        task: one of `cosplit.tasks()`.
        points: names of operating points, or of split points; all where empty.
        samples: a number of class-balanced test images; all where None.
        hardware: a device's profile, or DEVICE+SERVER.
        data: the folder of the images; else COSPLIT_DATA, else the cache.
        seed: of training, and of the noise that scoring draws.

    Raises:
        CosplitError: a name that does not exist, images that are not here (`MissingData`), or
            a ranked task's point that has no weights here (`NotTrained`).
    """
    from pandas import DataFrame

    from cosplit.cli.common import load_task, selected
    from cosplit.measure.hardware import Hardware
    from cosplit.row import Row
    from cosplit.runner import Runner

    asked = load_task(task)
    pairs = list(selected(asked, [method], list(points)))
    runner = Runner(asked, data, samples, seed, Hardware.parse(hardware))
    rows = [row.model_dump() for pair in pairs for row in runner.rows(*pair)]
    return DataFrame(rows, columns=list(Row.model_fields))


def board(
    task: str = "cifar10",
    threshold: float | None = None,
    *,
    hardware: str = DEVICE,
    tier: "Tier" = "modelled",
    leaderboard: Path = LEADERBOARD,
) -> "DataFrame":
    """A board of the leaderboard, best first; one row a method, with the fields of `BoardLine`.

    Args:
        task: one of `cosplit.tasks()` that is ranked.
        threshold: one of the task's; its first where None.
        hardware: a device's profile, or DEVICE+SERVER.
        tier: how latency was found: `modelled` or `emulated`.
        leaderboard: its folder; else the one that came with the package.

    Raises:
        CosplitError: no such task, threshold, hardware or tier, or a task without entries.
    """
    from pandas import DataFrame

    from cosplit.cli.common import load_task, read_board, threshold_of
    from cosplit.errors import unknown
    from cosplit.measure.hardware import Hardware
    from cosplit.record.board import BoardLine
    from cosplit.record.board import board as ranked
    from cosplit.record.choose import TIERS

    if tier not in TIERS:
        raise unknown("tier", tier, TIERS)
    asked, entries = load_task(task), read_board(leaderboard, task)
    where = Hardware.parse(hardware).name
    lines = ranked(entries, asked, threshold_of(asked, threshold), tier, where)
    return DataFrame([line.model_dump() for line in lines], columns=list(BoardLine.model_fields))
