"""The command line: `cosplit`. Commands import what they need when they run."""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from cosplit.cli import (
    board,
    check,
    choose,
    compare,
    data,
    doctor,
    enter,
    exit_codes,
    figures,
    images,
    listing,
    profile,
    reproduce,
    score,
    stats,
    submit,
    train,
    weights,
)
from cosplit.cli.exit_codes import Exit, epilog, exit_code
from cosplit.errors import CosplitError
from cosplit.screen import clean

app = typer.Typer(
    name="cosplit",
    no_args_is_help=True,
    rich_markup_mode=None,  # importing what draws boxes around help takes longer than all the rest
    pretty_exceptions_enable=False,
    epilog=exit_codes.table(),
)
_BOARD = (Exit.UNKNOWN, Exit.NO_LEADERBOARD, Exit.NO_ENTRIES)


def _add(
    command: Callable[..., None], name: str, ok: str, no: str = "", further: Sequence[Exit] = ()
) -> None:
    app.command(name, epilog=epilog(ok, no, *further))(command)


_add(listing.list_, "list", "listed", further=[Exit.UNKNOWN])
_add(train.train, "train", "what was asked is trained, or planned", further=[Exit.UNKNOWN])
_add(score.score, "score", "at least one point was scored", "none was", [Exit.UNKNOWN])
_add(board.board, "board", "a board was shown, or its site written", further=_BOARD)
_add(choose.choose, "choose", "a point was chosen", "no point qualifies and fits", _BOARD)
_add(figures.figures, "figures", "the figures are drawn", further=_BOARD)
_add(enter.enter, "enter", "an entry was written", "nothing is trained", [Exit.UNKNOWN])
_add(check.check, "check", "every entry is sound", "a problem was found", _BOARD[1:])
_add(
    compare.compare,
    "compare",
    "nothing got worse",
    "a regression, or a row that vanished",
    [Exit.NOT_COMPARED],
)
_add(stats.stats, "stats", "told", further=_BOARD)
_add(submit.submit, "submit", "every point was judged", "a point failed", [Exit.UNKNOWN])
_add(reproduce.reproduce, "reproduce", "every row holds", "a row does not hold", [Exit.UNKNOWN])
_add(doctor.doctor, "doctor", "the benchmark runs here", "it lacks something that it needs")
for _group in (data, images, profile, weights):
    app.add_typer(_group.app, name=_group.__name__.rpartition(".")[2])


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"cosplit {version('cosplit')}")
        raise typer.Exit


@app.callback()
def cosplit(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Benchmark split computing.

    Which way of splitting a neural network between a device and an edge server answers fastest,
    at a fixed accuracy, over a poor link?
    """


def main() -> None:
    """Run the command line; a user's mistake is one line on stderr and an exit code."""
    try:
        app(prog_name="cosplit")
    except CosplitError as error:
        print(clean(f"cosplit: {error}"), file=sys.stderr)  # it may hold an entry's words
        sys.exit(exit_code(error))
    except SystemExit as stop:
        if stop.code == Exit.INTERRUPTED:  # typer has caught Ctrl-C already
            print("cosplit: interrupted; run the same command again to go on", file=sys.stderr)
        raise
