"""What a run prints: the leaderboard, a line a method, and every point with what became of it."""

from collections.abc import Iterable, Sequence

from cosplit.record.board import BoardLine, board
from cosplit.record.verdict import verdict
from cosplit.row import Row
from cosplit.screen import Column, Table
from cosplit.task import Task
from cosplit.units import bits, count, interval, level, milliseconds, number, percent

SHOWN_RATES = (1e2, 1e4, 1e6)
METHOD = Column("method", kind="method")
POINT = Column("point", kind="point")


def leaderboard(rows: Sequence[Row], task: Task, hardware: str) -> Table:
    """Methods by score: the geometric mean of their lowest modelled latency at each rate."""
    rates = [rate for rate in task.rates if rate in SHOWN_RATES]
    ranked = "" if task.ranked else ", not ranked"
    title = (
        f"{task.title}: modelled latency of points that reach {level(task.threshold)}, "
        f"on {hardware}{ranked}"
    )
    times = [Column(f"ms at\n{rate:,.0f} B/s", 2, right=True) for rate in rates]
    table = Table([*LINE, *times], title)
    for line in board(rows, task, task.threshold, "modelled", hardware):
        add_line(table, line, *(milliseconds(line.latency_ms.get(f"{r:g}")) for r in rates))
    return table


LINE = (
    Column("rank", 1, right=True),
    Column("method", kind="name"),
    Column("score\nms", right=True),
    Column("points that\nqualify", 1),
)


def add_line(table: Table, line: BoardLine, *cells: str) -> None:
    """A method under `LINE`; what keeps it from a score is said under the table."""
    share = f"{line.qualifying} of {line.points}"
    table.add(str(line.rank or ""), line.method, milliseconds(line.score_ms) or "-", share, *cells)
    if line.score_ms is None:
        table.notes.append(f"{line.method}: {line.note}")


def points(rows: Sequence[Row], threshold: float) -> Table:
    """Each point once, with what it sent, how right it was and what became of it."""
    table = Table(_POINT, f"Operating points, and whether they reach {level(threshold)}")
    for row in once(rows):
        reached, _, why = verdict(row, threshold).partition(": ")
        table.add(row.method, row.point, *_measured(row), reached, why, _exit(row))
        if row.outcome != "ok":
            table.notes.append(f"{row.method} {row.point}: {row.outcome}: {row.detail}")
    return table


_POINT = (
    METHOD,
    POINT,
    Column("accuracy", right=True),
    Column("95 % interval", 4, right=True),
    Column("device\nMACs", 1, right=True),
    Column("sent", right=True),
    Column("x PNG", 5, right=True),
    Column("reached"),
    Column("why not", 2),
    Column("early\nexit", 3),
)


def once(rows: Iterable[Row]) -> list[Row]:
    """Each point once: noiseless, or in the middle of the grid that a code for noise is made for
    (its best level would flatter it)."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.method, row.point), []).append(row)
    return [
        each[len(each) // 2] if each[0].code == "symbols" else each[0] for each in found.values()
    ]


def _measured(row: Row) -> tuple[str, ...]:
    if row.accuracy is None or row.accuracy_low is None or row.accuracy_high is None:
        return ("",) * 5
    return (
        percent(row.accuracy),
        interval(row.accuracy_low, row.accuracy_high, 1),
        count(row.device_macs),
        sent(row),
        number(row.amplification),
    )


def sent(row: Row) -> str:
    """What crosses the link for one image, in bits or in channel uses."""
    if row.code == "symbols":
        return f"{bits(row.channel_uses)} uses, {row.channel}"
    return "" if row.payload_bits_mean is None else f"{bits(row.payload_bits_mean)} bits"


def _exit(row: Row) -> str:
    return "yes" if row.early_exit else ""
