"""`cosplit board`: the ranking in the terminal, as JSON, or as a static site."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.common import LEADERBOARD, Root, load_task, read_board, task_entries, task_names
from cosplit.cli.output import AsJson, print_json, show
from cosplit.errors import Misuse

if TYPE_CHECKING:
    from cosplit.record.board import BoardLine
    from cosplit.screen import Table


def board(
    task: Annotated[
        str | None, typer.Option(help="This task only.", autocompletion=task_names)
    ] = None,
    leaderboard: Root = LEADERBOARD,
    as_json: AsJson = False,
    markdown: Annotated[
        str | None,
        typer.Option(help="Print what the docs say of --task: claims, best, rows, ..."),
    ] = None,
    site: Annotated[Path | None, typer.Option(help="Write the site into this folder.")] = None,
) -> None:
    """Rank the leaderboard's methods, in the terminal or as a site.

    Each task, threshold, tier and hardware is a board of its own.
    """
    from cosplit.record.board import boards
    from cosplit.record.site import write_site

    if markdown is not None:
        typer.echo(_block(markdown, leaderboard, task))
        return
    entries = read_board(leaderboard, task)
    tasks = {name: load_task(name) for name in sorted({entry.task.name for entry in entries})}
    if site is not None:
        page = write_site(site, entries, tasks)
        if as_json:
            print_json({"site": str(page), "entries": len(entries)})
        else:
            typer.echo(f"{len(entries)} entries; open {page}")
        return
    lines = boards(entries, tasks)
    places = groupby(lines, lambda x: (x.task, x.threshold, x.tier, x.hardware))
    tables = (_table(list(group)) for _, group in places)
    show([line.model_dump() for line in lines], as_json, *(() if as_json else tables))


def _block(name: str, leaderboard: Path, task: str | None) -> str:
    """What stands between two markers, at the task's own threshold, on the paper's device.

    Raises:
        CosplitError: no task is named, or it has no entries; no such block.
    """
    from cosplit.measure.hardware import DEVICE
    from cosplit.record.markdown import block

    if task is None:
        raise Misuse("--markdown prints one task's points; add --task")
    asked = load_task(task)
    return block(name, task_entries(task, leaderboard), asked, asked.threshold, DEVICE)


def _table(lines: "Sequence[BoardLine]") -> "Table":
    from cosplit.record.table import LINE, add_line
    from cosplit.screen import Column, Table
    from cosplit.units import level

    first = lines[0]
    title = (
        f"{first.task}: {first.tier} latency of points that reach {level(first.threshold)}, "
        f"on {first.hardware}"
    )
    further = (
        Column("status", 2),
        Column("hyper-\nvolume", 3, right=True),
        Column("points that\nfailed", 4, right=True),
    )
    table = Table([*LINE, *further], title)
    for line in lines:
        failed = str(len(line.failures) or "")
        add_line(table, line, line.status, f"{line.hypervolume:.2f}", failed)
    return table
