"""`cosplit data`: find, check and fetch a task's images."""

import typer

from cosplit.cli.common import Folder, TaskName, load_task
from cosplit.cli.output import AsJson, show
from cosplit.errors import MissingData

app = typer.Typer(help="Find, check and fetch the images of a task.", no_args_is_help=True)


@app.command()
def fetch(task: TaskName, data: Folder = None) -> None:
    """Download a task's images (through torchvision), unless they are there."""
    from cosplit import data as images

    print(images.fetch(load_task(task), data))


@app.command()
def check(task: TaskName = "cifar10", data: Folder = None, as_json: AsJson = False) -> None:
    """Say what was found: whole or partial, with its digest. Exit code 1 where there is none."""
    from cosplit import data as images

    report = images.check(load_task(task), data)
    if not report.found:
        raise MissingData(
            f"no images of {task} in {report.folder}; "
            f"run `cosplit data fetch {task}` or set COSPLIT_DATA"
        )
    counts = {part: f"{n} of {report.n_whole[part]}" for part, n in report.n.items()}
    state = {"state": "whole" if report.whole else "partial", **counts, "digest": report.digest}
    show(
        [report.to_json() if as_json else state],
        as_json,
        title=f"{task}: {report.folder or report.layout}",
    )
