"""`cosplit board`: the ranking in the terminal, as JSON, or as a static site."""

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cosplit.cli.common import task_entries
from cosplit.cli.output import AsJson, show
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from cosplit.record.board import BoardLine


def board(
    leaderboard: Annotated[Path, typer.Argument(help="the leaderboard's folder")] = Path(
        "leaderboard"
    ),
    task: Annotated[str | None, typer.Option(help="this task only")] = None,
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="print the README's table of --task's points")
    ] = False,
    site: Annotated[Path | None, typer.Option(help="write the site into this folder")] = None,
) -> None:
    """Rank the leaderboard's methods, one board a task, threshold, tier and hardware."""
    from cosplit.record.board import boards
    from cosplit.record.check import read_entries
    from cosplit.record.site import write_site
    from cosplit.task import load_task

    if markdown:
        typer.echo(_results(leaderboard, task))
        return
    entries = [e for e in read_entries(leaderboard) if task in (None, e.task.name)]
    tasks = {name: load_task(name) for name in sorted({entry.task.name for entry in entries})}
    if site is not None:
        typer.echo(f"open {write_site(site, entries, tasks)}")
        return
    lines = boards(entries, tasks)
    if as_json or not lines:
        show([line.model_dump() for line in lines], as_json)
        return
    for place, group in groupby(lines, lambda x: (x.task, x.threshold, x.tier, x.hardware)):
        title = "{} at {:g}, {} on {}".format(*place)
        show([_cells(line) for line in group], as_json, title)


def _results(leaderboard: Path, task: str | None) -> str:
    """The table between README's markers, at the task's own threshold, on the paper's device.

    Raises:
        CosplitError: no task is named, or it has no entries.
    """
    from cosplit.measure.hardware import DEVICE
    from cosplit.record.markdown import results
    from cosplit.task import load_task

    if task is None:
        raise CosplitError("--markdown prints one task's points; add --task")
    asked = load_task(task)
    return results(task_entries(task, leaderboard), asked, asked.threshold, DEVICE)


def _cells(line: "BoardLine") -> dict[str, Any]:
    return {
        "rank": line.rank,
        "method": line.method,
        "score_ms": line.note if line.score_ms is None else f"{line.score_ms:.1f}",
        "status": line.status,
        "qualifying": f"{line.qualifying}/{line.points}",
        "hypervolume": f"{line.hypervolume:.2f}",
        "failed": len(line.failures) or None,
    }
