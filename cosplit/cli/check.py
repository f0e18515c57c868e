"""`cosplit check`: is every entry of the leaderboard sound?"""

import json
from pathlib import Path
from typing import Annotated

import typer


def check(
    leaderboard: Annotated[Path, typer.Argument(help="the leaderboard's folder")] = Path(
        "leaderboard"
    ),
    schema: Annotated[bool, typer.Option("--schema", help="print an entry's JSON Schema")] = False,
) -> None:
    """Check every entry: schema, place, artifacts and arithmetic. Exit code 1 on any problem."""
    from cosplit.errors import CosplitError
    from cosplit.record.check import check as find
    from cosplit.record.check import entry_files
    from cosplit.record.entry import json_schema

    if schema:
        typer.echo(json.dumps(json_schema(), indent=1))
        return
    if not (leaderboard / "entries").is_dir():
        raise CosplitError(f"{leaderboard}: has no entries/; name the leaderboard's folder")
    problems = find(leaderboard)
    for problem in problems:
        typer.echo(problem, err=True)
    n_files = len(entry_files(leaderboard))
    typer.echo(f"{n_files} entries, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)
