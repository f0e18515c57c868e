"""How blocks write a number, a point, and the way to its row."""

from cosplit.record import table
from cosplit.row import Row
from cosplit.units import count, interval, percent

PAGE = "docs/results.md"
NOTHING = "-"


def anchor(row: Row) -> str:
    """What names a row on the page of all rows."""
    return f"{row.method}.{row.point}" + (f".{row.channel}" if row.code == "symbols" else "")


def point(row: Row, name: str = "", page: str = PAGE) -> str:
    """The point's name, or a shorter one, leading to its row."""
    return f"[`{name or row.point}`]({page}#{anchor(row)})"


def method(name: str, page: str = PAGE) -> str:
    """The method's name, leading to its rows."""
    return f"[`{name}`]({page}#{name})"


def accuracy(row: Row) -> str:
    """The share of test images answered rightly, or how the row failed."""
    return row.outcome if row.accuracy is None else percent(row.accuracy)


def between(row: Row) -> str:
    """The accuracy's 95 % interval."""
    if row.accuracy_low is None or row.accuracy_high is None:
        return NOTHING
    return interval(row.accuracy_low, row.accuracy_high)


def macs(row: Row) -> str:
    """Multiply-accumulates on the device."""
    return count(row.device_macs) or NOTHING


def sent(row: Row) -> str:
    """Bits an image, or channel uses and over which channel."""
    return table.sent(row) or NOTHING
