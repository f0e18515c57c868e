"""How commands answer: tables for people, one JSON document for machines."""

import json
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from cosplit.screen import Table, print_facts, print_tables

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines, numbers exact.")]


def print_json(document: Any) -> None:
    """Print a list or an object."""
    print(json.dumps(document, indent=1, default=str))


def show(document: Any, as_json: bool, *tables: Table) -> None:
    """Print the document as JSON, or the tables that stand for it."""
    if as_json:
        print_json(document)
    else:
        print_tables(sys.stdout, *tables)


def tell(document: Any, as_json: bool, title: str, facts: Iterable[tuple[str, str]]) -> None:
    """Print one answer, as JSON or a fact a line."""
    if as_json:
        print_json(document)
    else:
        print_facts(sys.stdout, title, facts)
