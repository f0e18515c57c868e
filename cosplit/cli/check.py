"""`cosplit check`: is every entry of the leaderboard sound?"""

from dataclasses import asdict
from typing import Annotated

import typer

from cosplit.cli.common import LEADERBOARD, Root, leaderboard_of
from cosplit.cli.output import AsJson, print_json
from cosplit.errors import NoEntries
from cosplit.screen import clean


def check(
    leaderboard: Root = LEADERBOARD,
    schema: Annotated[bool, typer.Option("--schema", help="Print an entry's JSON Schema.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check every entry: schema, place, artifacts and arithmetic."""
    from cosplit.record.check import check as find
    from cosplit.record.check import entry_files
    from cosplit.record.entry import json_schema

    if schema:
        print_json(json_schema())
        return
    n_files = len(entry_files(leaderboard_of(leaderboard)))
    if not n_files:
        raise NoEntries(f"{leaderboard}: has no entries yet; `cosplit enter` writes one")
    problems = find(leaderboard)
    if as_json:
        print_json({"entries": n_files, "problems": [asdict(one) for one in problems]})
    else:
        for problem in problems:
            typer.echo(clean(str(problem)), err=True)
        typer.echo(f"{_n(n_files, 'entry', 'entries')}, {_n(len(problems), 'problem', 'problems')}")
    if problems:
        raise typer.Exit(1)


def _n(n: int, one: str, more: str) -> str:
    return f"{n or 'no'} {one if n == 1 else more}"
