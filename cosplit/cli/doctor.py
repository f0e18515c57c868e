"""`cosplit doctor`: does this machine have what the benchmark needs?"""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from cosplit.cli.exit_codes import Exit
from cosplit.cli.output import AsJson, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cosplit.cli.checkup import Finding
    from cosplit.screen import Table


def doctor(as_json: AsJson = False) -> None:
    """Say what this machine has, what it lacks, and the remedy.

    Nothing is made or changed.
    """
    from cosplit.cli.checkup import findings

    found = list(findings())
    runs = all(one.ok for one in found if one.needed)
    show({"runs": runs, "findings": [asdict(one) for one in found]}, as_json, _table(found, runs))
    if not runs:
        raise typer.Exit(Exit.NO)


def _table(found: "Sequence[Finding]", runs: bool) -> "Table":
    from cosplit.resources import REPOSITORY
    from cosplit.screen import Column, Table

    command = "pytest benchmarks" if REPOSITORY else "pytest --cosplit-task digits"
    columns = (Column("state"), Column("what"), Column("found, or the remedy", kind="text"))
    table = Table(columns, "What this machine has")
    for one in found:
        remedy = "" if one.ok else f"; {one.remedy}"
        table.add("ok" if one.ok else "MISSING", one.name, one.detail + remedy)
    lacking = sum(not one.ok and not one.needed for one in found)
    if runs:
        can_wait = f"; {lacking} missing that it can do without" if lacking else ""
        table.notes.append(f"`{command}` runs here{can_wait}.")
    else:
        names = ", ".join(one.name for one in found if one.needed and not one.ok)
        table.notes.append(f"`{command}` does not run here: it needs {names}.")
    return table
