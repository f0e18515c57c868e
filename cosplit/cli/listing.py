"""`cosplit list`: what there is to run."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import typer

from cosplit.cli.common import task_names
from cosplit.cli.output import AsJson, show
from cosplit.errors import unknown
from cosplit.screen import Column, Table

Rows = Iterator[Mapping[str, Any]]


def _tasks(_: str) -> Rows:
    from cosplit.catalogue import task
    from cosplit.catalogue import task_names as names

    for found in map(task, names()):
        yield {
            "task": found.name,
            "title": found.title,
            "thresholds": list(found.thresholds),
            "ranked": found.ranked,
        }


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
_COLUMNS = {
    "title": Column("title", 2, kind="text"),
    "law": Column("law", 1, kind="text"),
    "role": Column("role", 1),
    "thresholds": Column("thresholds", 1),
    "ranked": Column("ranked", 3),
    "split_point": Column("split point", 1),
}


def list_(
    kind: Annotated[
        str,
        typer.Argument(help=f"One of: {', '.join(_KINDS)}.", autocompletion=lambda: list(_KINDS)),
    ] = "methods",
    task: Annotated[
        str, typer.Option(help="Whose operating points.", autocompletion=task_names)
    ] = "digits",
    as_json: AsJson = False,
) -> None:
    """List tasks, methods, points, channels or hardware profiles."""
    if kind not in _KINDS:
        raise unknown("kind", kind, _KINDS)
    rows = list(_KINDS[kind](task))
    show(rows, as_json, _table(kind, rows))


def _table(kind: str, rows: list[Mapping[str, Any]]) -> Table:
    """Points stand under their methods where there is no room for both."""
    known = _COLUMNS | ({"method": Column("method", kind="method")} if kind == "points" else {})
    table = Table([known.get(key, Column(key)) for key in rows[0]])
    for row in rows:
        table.add(*map(_cell, row.values()))
    return table


def _cell(value: Any) -> str:
    from cosplit.units import level

    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(level, value)) if isinstance(value, list) else str(value)
