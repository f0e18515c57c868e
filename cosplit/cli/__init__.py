"""The command line: `cosplit`. Commands import what they need when they run."""

import sys

import typer

from cosplit.cli import (
    board,
    check,
    choose,
    compare,
    data,
    enter,
    figures,
    images,
    listing,
    profile,
    reproduce,
    score,
    stats,
    submit,
    train,
)
from cosplit.errors import CosplitError

INTERRUPTED = 130

app = typer.Typer(
    name="cosplit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Benchmark split computing: which way of splitting a neural network between a device "
    "and an edge server answers fastest, at a fixed accuracy, over a poor link?",
)
app.command("list")(listing.list_)
for _command in (
    train.train,
    score.score,
    board.board,
    choose.choose,
    figures.figures,
    enter.enter,
    check.check,
    compare.compare,
    stats.stats,
    submit.submit,
    reproduce.reproduce,
):
    app.command()(_command)
for _group in (data, images, profile):
    app.add_typer(_group.app, name=_group.__name__.rpartition(".")[2])


def main() -> None:
    """Run the command line; a user's mistake is one line on stderr and exit code 1."""
    try:
        app()
    except CosplitError as error:
        print(f"cosplit: {error}", file=sys.stderr)
        sys.exit(1)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:  # typer has caught Ctrl-C already
            print("cosplit: interrupted; run the same command again to go on", file=sys.stderr)
        raise
