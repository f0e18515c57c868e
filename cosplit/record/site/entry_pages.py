"""A page an entry: one row a point, and beside it what other runs of the same measured."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment

from cosplit.record.entry import Entry, entry_path
from cosplit.record.palette import colours
from cosplit.record.site.data import entry_data
from cosplit.record.site.points import channels, points
from cosplit.task import Task

Statuses = Mapping[str, Entry]


def page(entry: Entry) -> str:
    """Where the entry's page lies in the site."""
    return entry_path(Path(), entry).with_suffix(".html").as_posix()


def entry_pages(
    templates: Environment, entries: Sequence[Entry], tasks: Mapping[str, Task]
) -> Iterator[tuple[str, str]]:
    """The page of every entry, by path."""
    template = templates.get_template("entry.html")
    proofs = dict[tuple[str, str], dict[str, Entry]]()
    for entry in entries:
        proofs.setdefault((entry.task.name, entry.method.name), {})[entry.status] = entry
    for entry in entries:
        told = _told(entry, proofs[entry.task.name, entry.method.name], tasks[entry.task.name])
        yield page(entry), template.render(told)


def _told(entry: Entry, proofs: Statuses, task: Task) -> dict[str, Any]:
    """What the page of `entry` says; `measured` has other runs' points by status and name."""
    mine = points(entry)
    others = {status: other for status, other in proofs.items() if status != entry.status}
    return {
        "entry": entry,
        "task": task,
        "points": mine,
        "channels": channels(mine),
        "rates": [task.rates[0], task.rates[len(task.rates) // 2], task.rates[-1]],
        "hardware": next((point.row.hardware for point in mine if point.row.hardware), ""),
        "measured": {
            status: {point.row.point: point for point in points(other)}
            for status, other in others.items()
        },
        "others": {status: Path(page(other)).name for status, other in others.items()},
        "file": entry_path(Path(), entry).name,
        "data": _drawn(entry, task),
        "root": "../../",
    }


def _drawn(entry: Entry, task: Task) -> dict[str, Any]:
    """What the page's figures show: the points, and their modelled latency by rate."""
    told = entry_data(entry, task)
    for shown, point in zip(told["points"], points(entry), strict=True):
        known = point.row.latency_modelled_ms or {}
        shown["ms"] = [known.get(f"{rate:g}") for rate in task.rates]
    return {
        "entry": told,
        "rates": task.rates,
        "threshold": f"{task.threshold:g}",
        "colours": colours([entry.method.name]),
    }
