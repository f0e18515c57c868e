"""How a table is laid out on a screen of some width.

all columns -> methods as headings -> short point names -> fewer columns -> names cut

The first of these that fits is taken, text broken between words where that helps. Without a
width everything fits.
"""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, zip_longest

from cosplit.screen.names import cut, n_cells, short_points
from cosplit.screen.table import Column, Table

GAP = "  "
SHORTEST_NAME, NARROWEST_TEXT = 12, 24
"""Characters that a name and a column of text keep, however narrow the screen."""
Cells = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Groups of rows, each under its heading or under none; what is `lost` of the table and
    whether names are `short`."""

    columns: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[Cells, ...]], ...]
    short: bool = False
    lost: tuple[str, ...] = ()

    @property
    def indent(self) -> str:
        """Rows stand a little to the right of the headings above them."""
        return GAP if any(heading for heading, _ in self.groups) else ""

    @property
    def widths(self) -> list[int]:
        """Of each column, in characters of the screen."""
        rows = [tuple(column.heading for column in self.columns)]
        rows += [row for _, rows in self.groups for row in rows]
        return [
            max(n_cells(line) for row in rows for line in row[k].split("\n"))
            for k in range(len(self.columns))
        ]

    @property
    def width(self) -> int:
        """Of a line."""
        return len(self.indent) + sum(self.widths) + len(GAP) * (len(self.columns) - 1)

    def lines(self, rule: str) -> Iterator[tuple[str, str]]:
        """Text and style, line by line."""
        widths = self.widths
        for line in self._lines([column.heading for column in self.columns], widths, up=True):
            yield line, "bold"
        yield rule * self.width, ""
        for heading, rows in self.groups:
            if heading:
                yield heading, "bold"
            for row in rows:
                for line in self._lines(row, widths):
                    yield line, ""

    def _lines(self, cells: Sequence[str], widths: list[int], up: bool = False) -> list[str]:
        """A row's lines: one, but where a cell has more; `up`: cells end together."""
        step = -1 if up else 1
        lines = list(zip_longest(*(cell.split("\n")[::step] for cell in cells), fillvalue=""))
        return [self.indent + GAP.join(map(_pad, line, widths, self.columns)) for line in lines][
            ::step
        ]

    def mapped(self, k: int, change: Callable[[str], str]) -> "Layout":
        """Column k's cells changed."""
        groups = tuple(
            (heading, tuple((*row[:k], change(row[k]), *row[k + 1 :]) for row in rows))
            for heading, rows in self.groups
        )
        return replace(self, groups=groups)

    def without(self, k: int) -> "Layout":
        """Column k left out."""
        groups = tuple(
            (heading, tuple(row[:k] + row[k + 1 :] for row in rows))
            for heading, rows in self.groups
        )
        return replace(self, columns=self.columns[:k] + self.columns[k + 1 :], groups=groups)

    def first(self, kind: str) -> int | None:
        """Where the first column of this kind stands."""
        return next((k for k, column in enumerate(self.columns) if column.kind == kind), None)


def fitted(table: Table, width: int | None, ellipsis: str) -> Layout:
    """The fullest layout that is at most `width` wide, else the narrowest there is."""
    whole = _whole(table)
    if width is None:
        return whole
    for layout in _layouts(whole):
        for candidate in (layout, _wrapped(layout, width)):
            if candidate.width <= width:
                return candidate
    return _with_names_cut(_wrapped(layout, width), width, ellipsis)


def _layouts(layout: Layout) -> Iterator[Layout]:
    yield layout
    yield (layout := _grouped(layout))
    yield (layout := _shortened(layout))
    while any(column.priority for column in layout.columns):
        worst = max(column.priority for column in layout.columns)
        last = max(k for k, column in enumerate(layout.columns) if column.priority == worst)
        lost = (layout.columns[last].name, *layout.lost)
        yield (layout := replace(layout.without(last), lost=lost))


def _whole(table: Table) -> Layout:
    """All columns but those that are empty."""
    layout = Layout(tuple(table.columns), (("", tuple(table.rows)),))
    for k in reversed(range(len(table.columns))):
        if table.rows and not any(row[k] for row in table.rows):
            layout = layout.without(k)
    return layout


def _grouped(layout: Layout) -> Layout:
    k = layout.first("method")
    if k is None:
        return layout
    rows = (row for _, rows in layout.groups for row in rows)
    groups = groupby(rows, key=lambda row: row[k])
    return replace(layout, groups=tuple((name, tuple(rows)) for name, rows in groups)).without(k)


def _shortened(layout: Layout) -> Layout:
    k = layout.first("point")
    if k is None:
        return layout
    groups = []
    for heading, rows in layout.groups:
        names = short_points(row[k] for row in rows)
        groups.append((heading, tuple((*row[:k], names[row[k]], *row[k + 1 :]) for row in rows)))
    return replace(layout, groups=tuple(groups), short=tuple(groups) != layout.groups)


def _wrapped(layout: Layout, width: int) -> Layout:
    """The column of text made as narrow as need be, but not too narrow to be read."""
    k = layout.first("text")
    if k is None:
        return layout
    room = max(NARROWEST_TEXT, layout.widths[k] - max(0, layout.width - width))
    return layout.mapped(k, lambda cell: "\n".join(broken(cell, room)))


def _with_names_cut(layout: Layout, width: int, ellipsis: str) -> Layout:
    """Where not even the essentials fit: the widest names first."""
    named = [k for k, column in enumerate(layout.columns) if column.kind not in ("", "text")]
    for k in sorted(named, key=lambda k: -layout.widths[k]):
        room = max(SHORTEST_NAME, layout.widths[k] - max(0, layout.width - width))
        after = layout.mapped(k, partial(cut, room=room, ellipsis=ellipsis))
        layout = replace(after, short=layout.short or after != layout)
    return layout


def broken(text: str, width: int) -> list[str]:
    """Lines of at most `width`, unless a word is longer; a number keeps its unit."""
    held = text.replace(" %", "\u00a0%")  # no white space to textwrap
    lines = textwrap.wrap(held, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in lines]


def _pad(text: str, width: int, column: Column) -> str:
    space = " " * (width - n_cells(text))
    return space + text if column.right else text + space
