"""A table before anybody knows how wide the screen is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Column:
    """A heading, of one line or more, and how its cells are treated.

    Attributes:
        priority: 0 is kept always; where room is scarce the highest goes first.
        right: numbers stand to the right.
        kind: `method` may become a heading above its rows; a `point` is shortened to what tells
            it from the method's others; `text` is broken between words; a `name` is cut.
    """

    heading: str
    priority: int = 0
    right: bool = False
    kind: Literal["", "method", "point", "name", "text"] = ""

    @property
    def name(self) -> str:
        """The heading in one line."""
        return self.heading.replace("-\n", "").replace("\n", " ")


@dataclass
class Table:
    """Cells of text under `columns`; `notes` are lines under the table."""

    columns: Sequence[Column]
    title: str = ""
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Rows that are given at once are a stranger's words too."""
        self.rows = [tuple(map(clean, row)) for row in self.rows]

    def add(self, *cells: str | None) -> None:
        """One row; None is an empty cell."""
        self.rows.append(tuple(clean(cell or "") for cell in cells))


def clean(text: str) -> str:
    """One line of what can be printed: an entry's words are a stranger's.

    Control characters, which could move the cursor or colour the screen, become question marks.
    """
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
