"""`cosplit compare`: did anything get worse between two runs of the benchmark?"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.exit_codes import Exit
from cosplit.cli.output import AsJson, show

if TYPE_CHECKING:
    from cosplit.record.compare import Comparison
    from cosplit.screen import Table


def compare(
    base: Annotated[Path, typer.Argument(help="`--benchmark-json` of the run to hold against.")],
    head: Annotated[Path, typer.Argument(help="`--benchmark-json` of the run to judge.")],
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print a table for a pull request.")
    ] = False,
    as_json: AsJson = False,
    config: Annotated[
        Path | None,
        typer.Option(
            help="TOML file with a table [tool.cosplit.compare].",
            show_default="pyproject.toml, where there is one",
        ),
    ] = None,
) -> None:
    """Compare two runs row by row."""
    from cosplit.errors import CosplitError
    from cosplit.record.compare import compare as judge
    from cosplit.record.compare import read_limits
    from cosplit.record.measured import read_run

    try:
        if config and not config.is_file():
            raise CosplitError(f"{config}: no such file; leave --config out for the usual limits")
        found = judge(read_run(base), read_run(head), read_limits(config or Path("pyproject.toml")))
    except CosplitError as error:
        typer.echo(f"cosplit: {error}", err=True)
        raise typer.Exit(Exit.NOT_COMPARED) from None
    if markdown:
        typer.echo(found.markdown())
    elif as_json or found.findings:
        findings = [asdict(finding) for finding in found.findings]
        document = {"rows": found.n_rows, "passed": found.passed, "findings": findings}
        show(document, as_json, _table(found))
    else:
        typer.echo(found.summary)
    if not found.passed:
        raise typer.Exit(Exit.NO)


def _table(found: "Comparison") -> "Table":
    from cosplit.screen import Column, Table

    columns = (
        Column("what", kind="name"),
        Column("metric"),
        Column("base", 3, right=True),
        Column("head", 2, right=True),
        Column("change", kind="text"),
        Column("verdict"),
    )
    table = Table(columns, found.summary)
    for one in found.findings:
        table.add(*one.shown().values())
    return table
