"""Prints tables and single answers on a terminal, or on what is none and has no width."""

from collections.abc import Iterable, Iterator
from typing import IO

from cosplit.screen.layout import GAP, Layout, broken, fitted
from cosplit.screen.table import Table, clean


def print_tables(file: IO[str], *tables: Table, more: str = "--json") -> None:
    """Print the tables, each as wide as the terminal allows; `more` has what is left out."""
    screen = _Screen(file)
    for k, table in enumerate(tables):
        if k:
            screen.line("")
        screen.paragraph(clean(table.title), "bold")
        layout = fitted(table, screen.width, screen.ellipsis)
        for text, style in layout.lines(screen.rule):
            screen.line(text, style)
        for note in [*map(clean, table.notes), *_left_out(layout, more)]:
            screen.paragraph(note)


def print_facts(file: IO[str], title: str, facts: Iterable[tuple[str, str]]) -> None:
    """Print one answer, a fact a line."""
    held = [(name, clean(value)) for name, value in facts if value]
    width = max((len(name) for name, _ in held), default=0)
    screen = _Screen(file)
    screen.paragraph(clean(title), "bold")
    for name, value in held:
        screen.line(f"{GAP}{name.ljust(width)}{GAP}{value}")


def _left_out(layout: Layout, more: str) -> Iterator[str]:
    """What a wider screen would show besides."""
    if layout.lost:
        yield f"Not shown: {', '.join(layout.lost)} (in {more}, or on a wider terminal)."
    if layout.short:
        yield f"Names are shortened (whole in {more}, or on a wider terminal)."


class _Screen:
    """A file to print on: its width (None: no end), its characters, its styles."""

    def __init__(self, file: IO[str]) -> None:
        from rich.console import Console

        self.console = Console(file=file, highlight=False, markup=False, emoji=False)
        self.width = max(1, self.console.width) if file.isatty() else None
        self.encoding = getattr(file, "encoding", None) or "utf-8"
        utf = self.encoding.lower().startswith("utf")
        self.rule, self.ellipsis = ("─", "…") if utf else ("-", "...")

    def line(self, text: str, style: str = "") -> None:
        """As it is, however long."""
        from rich.text import Text

        shown = text.rstrip().encode(self.encoding, "replace").decode(self.encoding)
        self.console.print(Text(shown, style), soft_wrap=True)

    def paragraph(self, text: str, style: str = "") -> None:
        """Broken between words."""
        for each in [text] * bool(text) if self.width is None else broken(text, self.width):
            self.line(each, style)
