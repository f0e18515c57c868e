"""`cosplit compare`: did anything get worse between two runs of the benchmark?"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cosplit.cli.output import AsJson, show

REGRESSION, NOT_COMPARED = 1, 3


def compare(
    base: Annotated[Path, typer.Argument(help="`--benchmark-json` of the run to hold against")],
    head: Annotated[Path, typer.Argument(help="`--benchmark-json` of the run to judge")],
    markdown: Annotated[bool, typer.Option(help="print a table for a pull request")] = False,
    as_json: AsJson = False,
    config: Annotated[
        Path, typer.Option(help="TOML file with a table [tool.cosplit.compare]")
    ] = Path("pyproject.toml"),
) -> None:
    """Compare two runs row by row.

    Exit code 0: nothing got worse; 1: a regression, or a row that vanished; 2: wrong usage;
    3: nothing could be compared (a run measured nothing, or a file cannot be read).
    """
    from cosplit.errors import CosplitError
    from cosplit.record.compare import compare as judge
    from cosplit.record.compare import read_limits
    from cosplit.record.measured import read_run

    try:
        found = judge(read_run(base), read_run(head), read_limits(config))
    except CosplitError as error:
        typer.echo(f"cosplit: {error}", err=True)
        raise typer.Exit(NOT_COMPARED) from None
    if markdown:
        typer.echo(found.markdown())
    else:
        show([asdict(finding) for finding in found.findings], as_json, found.summary)
    if not found.passed:
        raise typer.Exit(REGRESSION)
