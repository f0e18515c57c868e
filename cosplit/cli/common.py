"""Options and look-ups that several commands share."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.errors import CosplitError, unknown

if TYPE_CHECKING:
    from cosplit.method import Method
    from cosplit.point import OperatingPoint
    from cosplit.record.entry import Entry
    from cosplit.task import Task

LEADERBOARD = Path(__file__).parent.parent.parent / "leaderboard"

Folder = Annotated[
    Path | None,
    typer.Option("--data", help="The folder of the images; else COSPLIT_DATA, else the cache."),
]
TaskName = Annotated[str, typer.Argument(help="A task, as `cosplit list tasks` names it.")]
Methods = Annotated[
    list[str] | None, typer.Option("--method", help="Only this method; may be repeated.")
]
Points = Annotated[
    list[str] | None,
    typer.Option("--point", help="Only points of this name or split point; may be repeated."),
]
Hardware = Annotated[str, typer.Option(help="A device profile, or DEVICE+SERVER.")]
Rate = Annotated[float, typer.Option(min=1e-3, help="Bytes per second.")]
TaskOption = Annotated[str, typer.Option(help="A task, as `cosplit list tasks` names it.")]
Threshold = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="The accuracy to keep: one of the task's thresholds."),
]
Root = Annotated[Path, typer.Option(help="The leaderboard's folder.")]
Seed = Annotated[int, typer.Option(min=0, help="Of training, and of the noise that scoring draws.")]


def selected(
    task: "Task", methods: list[str] | None, points: list[str] | None
) -> Iterator[tuple["Method", "OperatingPoint"]]:
    """The operating points asked for, method by method.

    Raises:
        CosplitError: a method or point that does not exist.
    """
    from cosplit import catalogue

    found = [
        (method, point)
        for method in map(catalogue.method, methods or catalogue.method_names())
        for point in method.points(task)
    ]
    known = {name for _, point in found for name in (point.name, point.split_point)}
    for name in points or ():
        if name not in known:
            raise unknown("point", name, known)
    wanted = set(points or known)
    yield from ((m, p) for m, p in found if {p.name, p.split_point} & wanted)


def load_task(name: str) -> "Task":
    """The task of that name."""
    from cosplit.catalogue import task

    return task(name)


def threshold_of(task: "Task", asked: float | None) -> float:
    """The threshold asked for, else the task's own.

    Raises:
        CosplitError: the task has no such threshold.
    """
    if asked is None:
        return task.threshold
    if asked not in task.thresholds:
        known = ", ".join(f"{t:g}" for t in task.thresholds)
        raise CosplitError(f"threshold {asked:g} is not one of {task.name}'s; choose from {known}")
    return asked


def task_entries(task: str, leaderboard: Path = LEADERBOARD) -> "list[Entry]":
    """The task's entries, one a method: the best-proved.

    Raises:
        CosplitError: the task has no entries, or one cannot be read.
    """
    from cosplit.record.check import read_entries
    from cosplit.record.entry import best_proved

    found = [entry for entry in read_entries(leaderboard) if entry.task.name == task]
    if not found:
        raise CosplitError(f"{task} has no entries; run `cosplit enter {task}` after training")
    return best_proved(found)


def none_left(what: str) -> CosplitError:
    """An error for a command that had nothing to do."""
    return CosplitError(f"{what}; see `cosplit list points`")
