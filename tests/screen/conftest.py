"""A terminal of any width, and a table like those that a run prints."""

import io

import pytest

from cosplit.screen import Column, Table, print_tables

COLUMNS = (
    Column("method", kind="method"),
    Column("point", kind="point"),
    Column("accuracy", right=True),
    Column("95 % interval", 4, right=True),
    Column("device\nMACs", 1, right=True),
    Column("bits", right=True),
    Column("reached"),
    Column("why not", 2),
)
ROWS = [
    (method, f"{split}-keep0.75-feature0.5-{code}", *measured)
    for method in ("three_step", "bottlenet_plus_plus")
    for split, code in (("conv1", "transform-bits3891"), ("conv4_x", "vq-bits8"))
    for measured in [("93.88 %", "93.4 to 94.4 %", "162 M", "3,946", "certain", "")]
]
SHORT = ("93.10 %", "92.6 to 93.6 %", "162 M", "4", "no", "10 short, 21 missing")
ROWS.append(("three_step", "conv4_x-keep0.75-feature0.5-vq-bits4", *SHORT))


class Terminal(io.TextIOWrapper):
    """Says that it is a terminal, and keeps what is written."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")

    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


@pytest.fixture
def table() -> Table:
    return Table(COLUMNS, "Operating points, and whether they reach 93 %", sorted(ROWS))


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch):
    """What a terminal of this width shows of a table."""
    monkeypatch.setenv("TERM", "xterm")

    def call(table: Table, width: int, encoding: str = "utf-8") -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        terminal = Terminal(encoding)
        print_tables(terminal, table)
        return terminal.text()

    return call
