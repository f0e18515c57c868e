"""Options and look-ups that several commands share."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit import resources
from cosplit.errors import CosplitError, Misuse, NoEntries, NoLeaderboard, Unknown, unknown

if TYPE_CHECKING:
    from cosplit.method import Method
    from cosplit.point import OperatingPoint
    from cosplit.record.entry import Entry
    from cosplit.task import Task

LEADERBOARD = resources.LEADERBOARD


def task_names() -> list[str]:
    """What the shell completes."""
    from cosplit import catalogue

    return catalogue.task_names()


def method_names() -> list[str]:
    """What the shell completes."""
    from cosplit import catalogue

    return catalogue.method_names()


def profile_names() -> list[str]:
    """What the shell completes."""
    from cosplit import catalogue

    return catalogue.profile_names()


Folder = Annotated[
    Path | None,
    typer.Option("--data", help="The folder of the images; else COSPLIT_DATA, else the cache."),
]
TaskName = Annotated[
    str,
    typer.Argument(help="A task, as `cosplit list tasks` names it.", autocompletion=task_names),
]
Methods = Annotated[
    list[str] | None,
    typer.Option(
        "--method", help="Only this method; may be repeated.", autocompletion=method_names
    ),
]
Points = Annotated[
    list[str] | None,
    typer.Option("--point", help="Only points of this name or split point; may be repeated."),
]
Hardware = Annotated[
    str, typer.Option(help="A device profile, or DEVICE+SERVER.", autocompletion=profile_names)
]
Rate = Annotated[float, typer.Option(help="Bytes per second.")]
TaskOption = Annotated[
    str, typer.Option(help="A task, as `cosplit list tasks` names it.", autocompletion=task_names)
]
Threshold = Annotated[
    float | None,
    typer.Option(help="The accuracy to keep: one of the task's thresholds; else its first."),
]
Root = Annotated[
    Path,
    typer.Option(
        "--leaderboard", help="The leaderboard's folder.", show_default="the one beside the code"
    ),
]
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


def hardware_of(name: str) -> str:
    """The pair's name, where both profiles exist.

    Raises:
        CosplitError: no such profile, or one in the other's role.
    """
    from cosplit.measure.hardware import Hardware as Pair

    return Pair.parse(name).name


def rate_of(rate: float) -> float:
    """The rate, where a link can have it.

    Raises:
        CosplitError: it is zero, negative, infinite or no number.
    """
    if not 0 < rate < math.inf:
        raise Misuse(f"--rate {rate:g}: name bytes per second above 0, as in --rate 1000")
    return rate


def threshold_of(task: "Task", asked: float | None) -> float:
    """The threshold asked for, else the task's own.

    Raises:
        CosplitError: the task has no such threshold.
    """
    if asked is None:
        return task.threshold
    if asked not in task.thresholds:
        known = ", ".join(f"{t:g}" for t in task.thresholds)
        raise Unknown(f"threshold {asked:g} is not one of {task.name}'s; choose from {known}")
    return asked


def leaderboard_of(folder: Path) -> Path:
    """The folder, where it is a leaderboard.

    Raises:
        CosplitError: it is none.
    """
    if not (folder / "entries").is_dir():
        raise NoLeaderboard(f"{folder}: no leaderboard (it has no entries/); name one's folder")
    return folder


def read_board(folder: Path, task: str | None = None) -> "list[Entry]":
    """The entries of a leaderboard, or of one task: never none.

    Raises:
        CosplitError: no such task, no leaderboard, no entries, or one cannot be read.
    """
    from cosplit.record.check import read_entries

    asked = load_task(task) if task else None
    found = read_entries(leaderboard_of(folder))
    if asked is None and not found:
        raise NoEntries(f"{folder}: has no entries yet; `cosplit enter` writes one")
    if asked is None:
        return found
    if not asked.ranked:
        raise NoEntries(f"{task} is never ranked and has no entries; `pytest benchmarks` scores it")
    return _of_task(found, asked.name, folder)


def _of_task(entries: "list[Entry]", task: str, folder: Path) -> "list[Entry]":
    found = [entry for entry in entries if entry.task.name == task]
    if not found:
        raise NoEntries(
            f"{task} has no entries in {folder}; run `cosplit enter {task}` after training"
        )
    return found


def task_entries(task: str, leaderboard: Path = LEADERBOARD) -> "list[Entry]":
    """The task's entries, one a method: the best-proved.

    Raises:
        CosplitError: the task has no entries, or one cannot be read.
    """
    from cosplit.record.entry import best_proved

    return best_proved(read_board(leaderboard, task))


def to_write_to(leaderboard: Path) -> Path:
    """The leaderboard, where it is somebody's own.

    Raises:
        CosplitError: it is the one that was installed with the package.
    """
    if resources.REPOSITORY is None and leaderboard.resolve().is_relative_to(
        resources.ROOT.resolve()
    ):
        raise CosplitError(
            "the installed leaderboard stays as it came; write to one in a clone, by --leaderboard"
        )
    return leaderboard


def none_left(what: str) -> CosplitError:
    """An error for a command that had nothing to do."""
    return CosplitError(f"{what}; see `cosplit list points`")
