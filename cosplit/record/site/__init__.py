"""The board as a static site: one folder that opens from disk, without a network.

    index.html   the boards and figures, drawn by board.js, chart.js and figures.js
    entries/<task>/<method>.html   an entry with its provenance and how to measure it again

Whatever an entry says is data: Jinja escapes it into the pages, the scripts set it as text, and
the pages' content policy runs no script but the site's own files.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from cosplit.errors import CosplitError
from cosplit.record.board import boards
from cosplit.record.choose import reference
from cosplit.record.entry import Entry, entry_path
from cosplit.row import Row
from cosplit.task import Task

ASSETS = ("style.css", "chart.js", "figures.js", "board.js")


def write_site(folder: Path, entries: Sequence[Entry], tasks: Mapping[str, Task]) -> Path:
    """Write the site; returns its first page.

    Raises:
        CosplitError: the folder cannot be written.
    """
    environment = _environment()
    page = environment.get_template("entry.html")
    try:
        for name in ASSETS:
            _write(folder / name, files(__package__).joinpath(name).read_text())
        for entry in entries:
            text = page.render(entry=entry, task=tasks[entry.task.name], root="../../")
            _write(folder / _page(entry), text)
        data = _data(entries, tasks)
        index = environment.get_template("index.html").render(data=data, root="", n=len(entries))
        return _write(folder / "index.html", index)
    except OSError as error:
        raise CosplitError(f"cannot write {folder}: {error.strerror}; choose another") from None


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    environment.filters["percent"] = lambda x: "-" if x is None else f"{100 * x:.2f} %"
    environment.filters["count"] = _count
    return environment


def _count(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.4g}"  # noqa: PLR2004


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _page(entry: Entry) -> str:
    return entry_path(Path(), entry).with_suffix(".html").as_posix()


def _data(entries: Sequence[Entry], tasks: Mapping[str, Task]) -> dict[str, Any]:
    """What the scripts draw: boards' lines, and each method's points by task."""
    return {
        "tasks": {
            name: {"title": t.title, "thresholds": t.thresholds} for name, t in tasks.items()
        },
        "lines": [line.model_dump(exclude={"fastest"}) for line in boards(entries, tasks)],
        "points": [
            {**_point(row), "status": entry.status}
            for entry in entries
            for row in reference(entry.points)
        ],
        "pages": {f"{e.task.name}/{e.method.name}/{e.status}": _page(e) for e in entries},
    }


def _point(row: Row) -> dict[str, Any]:
    """Only what the figures show."""
    return {
        "task": row.task,
        "method": row.method,
        "point": row.point,
        "outcome": row.outcome,
        "channel": row.channel,
        "macs": row.device_macs,
        "bits": row.payload_bits_mean,
        "uses": row.channel_uses,
        "accuracy": row.accuracy,
        "qualifies": [key for key, passed in row.qualifies.items() if passed],
        "early": bool(row.early_exit),
    }
