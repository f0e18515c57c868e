"""Tables for pull requests and reports; what an entry or a run says is kept from being markup."""

from collections.abc import Iterable, Mapping, Sequence

MAX_CELL = 120


def table(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """The lines of a table of rows of like keys; none where there are no rows."""
    if not rows:
        return []
    return head(rows[0]) + [piped(map(plain, row.values())) for row in rows]


def head(names: Iterable[str]) -> list[str]:
    """A table's first two lines."""
    held = list(names)
    return [piped(held), piped(["---"] * len(held))]


def piped(cells: Iterable[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"


def plain(value: object) -> str:
    """One line of words, kept from being markup."""
    words = "" if value is None else " ".join(str(value).split())[:MAX_CELL]
    for mark in "\\`*_[]<>|":
        words = words.replace(mark, f"\\{mark}")
    return words
