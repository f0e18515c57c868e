"""`cosplit data`: find, check and fetch a task's images."""

import typer

from cosplit.cli.common import Folder, TaskName, load_task
from cosplit.cli.exit_codes import Exit, epilog
from cosplit.cli.output import AsJson, print_json, tell
from cosplit.errors import MissingData

app = typer.Typer(
    help="Find, check and fetch the images of a task.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog=epilog("the images are there", "they cannot be had", Exit.UNKNOWN))
def fetch(task: TaskName, data: Folder = None, as_json: AsJson = False) -> None:
    """Download a task's images (through torchvision), unless they are there."""
    from cosplit import data as images

    asked = load_task(task)
    folder = images.fetch(asked, data)
    embedded = images.embedded(asked)
    if as_json:
        print_json({"task": task, "folder": None if embedded else str(folder)})
    else:
        typer.echo(f"{task} comes with a package: nothing to fetch" if embedded else folder)


@app.command(epilog=epilog("images were found", "there are none", Exit.UNKNOWN))
def check(task: TaskName = "cifar10", data: Folder = None, as_json: AsJson = False) -> None:
    """Say what was found: whole or partial, with its digest."""
    from cosplit import data as images

    report = images.check(load_task(task), data)
    if not report.found:
        raise MissingData(
            f"no images of {task} in {report.folder}; "
            f"run `cosplit data fetch {task}` or set COSPLIT_DATA"
        )
    counts = [(part, f"{n:,} of {report.n_whole[part]:,}") for part, n in report.n.items()]
    facts = [
        ("state", "whole" if report.whole else "partial"),
        *counts,
        ("digest", report.digest),
    ]
    tell(report.to_json(), as_json, f"{task}: {report.folder or report.layout}", facts)
