"""`cosplit list`: what there is to run."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import typer

from cosplit.cli.output import AsJson, show
from cosplit.errors import unknown

Rows = Iterator[Mapping[str, Any]]


def _tasks(_: str) -> Rows:
    from cosplit.catalogue import task, task_names

    for found in map(task, task_names()):
        thresholds = ", ".join(f"{t:g}" for t in found.thresholds)
        yield {"task": found.name, "title": found.title, "thresholds": thresholds}


def _methods(_: str) -> Rows:
    from cosplit.catalogue import method_titles

    return ({"method": name, "title": title} for name, title in method_titles().items())


def _points(task_name: str) -> Rows:
    from cosplit.catalogue import methods, task

    asked = task(task_name)
    for name, method in methods().items():
        for point in method.points(asked):
            yield {"method": name, "point": point.name, "split_point": point.split_point}


def _channels(_: str) -> Rows:
    from cosplit.catalogue import channels

    return (
        {"channel": kind, "law": (cls.__doc__ or "").partition("\n")[0]}
        for kind, cls in channels().items()
    )


def _hardware(_: str) -> Rows:
    from cosplit.catalogue import profile, profile_names

    for found in map(profile, profile_names()):
        yield {"hardware": found.name, "role": found.role, "title": found.title}


_KINDS: dict[str, Callable[[str], Rows]] = {
    "tasks": _tasks,
    "methods": _methods,
    "points": _points,
    "channels": _channels,
    "hardware": _hardware,
}


def list_(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(_KINDS)}.")] = "methods",
    task: Annotated[str, typer.Option(help="Whose operating points.")] = "digits",
    as_json: AsJson = False,
) -> None:
    """List tasks, methods, operating points, channels or hardware profiles."""
    if kind not in _KINDS:
        raise unknown("kind", kind, _KINDS)
    show(list(_KINDS[kind](task)), as_json)
