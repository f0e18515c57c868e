"""`cosplit submit`: bring a method of your own to the leaderboard."""

from pathlib import Path
from typing import Annotated

import typer

from cosplit.cli.common import LEADERBOARD, Folder, Hardware, Root, to_write_to
from cosplit.cli.output import AsJson, show
from cosplit.screen import clean

DRY_RUN = "Judge on a few images and write nothing."


def submit(
    folder: Annotated[Path, typer.Argument(help="Holds submission.toml, method.py and weights.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=DRY_RUN)] = False,
    hardware: Hardware = "raspberry-pi-3",
    data: Folder = None,
    leaderboard: Root = LEADERBOARD,
    as_json: AsJson = False,
) -> None:
    """Judge a submission in containers and write its entry.

    Interrupted, it goes on when it is run again.
    """
    from cosplit.cli.score import rows_table
    from cosplit.measure.hardware import Hardware as Pair
    from cosplit.submission.sandbox import Containers
    from cosplit.submission.submit import Submitting, opened

    def say(text: str) -> None:
        typer.echo(clean(text), err=True)

    pair = Pair.parse(hardware)
    opened(folder)  # its mistakes are said before an engine is asked for
    if not dry_run:
        to_write_to(leaderboard)
    with Containers() as sandbox:
        images = {"cosplit-half": sandbox.image.id}
        submitting = Submitting(leaderboard, sandbox, data, pair, images=images, say=say)
        if dry_run:
            rows, entry = submitting.rehearse(folder), None
        else:
            rows, entry = submitting.submit(folder)
    failed = [row for row in rows if row.outcome != "ok"]
    for row in failed:
        say(f"{row.point}: {row.outcome}: {row.detail}")
    show([row.model_dump() for row in rows], as_json, rows_table(rows, "Judged in containers"))
    say(_next(folder, entry, leaderboard))
    if failed:
        raise typer.Exit(1)


def _next(folder: Path, entry: Path | None, leaderboard: Path) -> str:
    if entry is None:
        return f"a dry run: nothing was written; next: cosplit submit {folder}"
    return (
        f"wrote {entry} (self-reported); next: cosplit check --leaderboard {leaderboard}, "
        f"commit {leaderboard}, and open a pull request; a maintainer then runs "
        f"cosplit reproduce {entry}"
    )
