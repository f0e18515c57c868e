"""`cosplit weights`: the published weights, where a clone is not at hand."""

from collections.abc import Iterable
from typing import Annotated

import typer

from cosplit.cli.common import LEADERBOARD, Methods, Root, TaskName, task_entries
from cosplit.cli.exit_codes import Exit, epilog
from cosplit.cli.output import AsJson, print_json
from cosplit.errors import unknown

app = typer.Typer(
    help="Fetch the weights of the leaderboard's entries.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Keep `fetch` a word of its own."""


@app.command(
    epilog=epilog(
        "the weights are there",
        "they cannot be had",
        Exit.UNKNOWN,
        Exit.NO_LEADERBOARD,
        Exit.NO_ENTRIES,
    )
)
def fetch(
    task: TaskName,
    method: Methods = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL|FOLDER",
            envvar="COSPLIT_WEIGHTS",
            help="Where they lie, laid out as `leaderboard/` of the repository.",
        ),
    ] = None,
    leaderboard: Root = LEADERBOARD,
    as_json: AsJson = False,
) -> None:
    """Bring the published weights of a task to the cache, each checked by its SHA-256.

    In a clone they are there already. Every command that scores finds them afterwards.
    """
    from cosplit.record import weights

    entries = {entry.method.name: entry for entry in task_entries(task, leaderboard)}
    for name in method or ():
        if name not in entries:
            raise unknown("entry", name, entries)
    wanted = [entries[name] for name in method or entries]
    folder = weights.fetch(leaderboard, wanted, source, _shown)
    if as_json:
        print_json({"task": task, "folder": str(folder)})
    else:
        typer.echo(folder)


def _shown(paths: list[str]) -> Iterable[str]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(paths, "files", console=console, transient=True, disable=not console.is_terminal)
