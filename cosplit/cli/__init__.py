"""The command line: `cosplit`. Commands import what they need when they run."""

import sys

import typer

from cosplit.cli import choose, data, enter, listing, score, train
from cosplit.errors import CosplitError

app = typer.Typer(
    name="cosplit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Benchmark split computing: which way of splitting a neural network between a device "
    "and an edge server answers fastest, at a fixed accuracy, over a poor link?",
)
app.command("list")(listing.list_)
app.command()(train.train)
app.command()(score.score)
app.command()(choose.choose)
app.command()(enter.enter)
app.add_typer(data.app, name="data")


def main() -> None:
    """Run the command line; a user's mistake is one line on stderr and exit code 1."""
    try:
        app()
    except CosplitError as error:
        print(f"cosplit: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("cosplit: interrupted; run the same command again to go on", file=sys.stderr)
        sys.exit(130)
