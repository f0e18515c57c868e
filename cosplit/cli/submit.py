"""`cosplit submit`: bring a method of your own to the leaderboard."""

from pathlib import Path
from typing import Annotated

import typer

from cosplit.cli.common import LEADERBOARD, Folder, Hardware
from cosplit.cli.output import AsJson, show

DRY_RUN = "Judge on a few images and write nothing."


def submit(
    folder: Annotated[Path, typer.Argument(help="Holds submission.toml, method.py and weights.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=DRY_RUN)] = False,
    hardware: Hardware = "raspberry-pi-3",
    data: Folder = None,
    leaderboard: Annotated[Path, typer.Option(help="The leaderboard's folder.")] = LEADERBOARD,
    as_json: AsJson = False,
) -> None:
    """Check a submission, judge it in containers, and write its entry.

    Interrupted, it goes on when it is run again. Exit code 1 where a point failed.
    """
    from cosplit.cli.score import summary
    from cosplit.measure.hardware import Hardware as Pair
    from cosplit.submission.sandbox import Containers
    from cosplit.submission.submit import Submitting, opened

    def say(text: str) -> None:
        typer.echo(text, err=True)

    opened(folder)  # its mistakes are said before an engine is asked for
    with Containers() as sandbox:
        images = {"cosplit-half": sandbox.image.id}
        pair = Pair.parse(hardware)
        submitting = Submitting(leaderboard, sandbox, data, pair, images=images, say=say)
        if dry_run:
            rows, entry = submitting.rehearse(folder), None
        else:
            rows, entry = submitting.submit(folder)
    failed = [row for row in rows if row.outcome != "ok"]
    for row in failed:
        say(f"{row.point}: {row.outcome}: {row.detail}")
    show([row.model_dump() if as_json else summary(row) for row in rows], as_json)
    say(_next(folder, entry, leaderboard))
    if failed:
        raise typer.Exit(1)


def _next(folder: Path, entry: Path | None, leaderboard: Path) -> str:
    if entry is None:
        return f"a dry run: nothing was written; next: cosplit submit {folder}"
    return (
        f"wrote {entry} (self-reported); next: cosplit check {leaderboard}, commit {leaderboard}, "
        f"and open a pull request; a maintainer then runs cosplit reproduce {entry}"
    )
