"""What a run prints: the leaderboard, a line a method, and every point with what became of it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cosplit.record.board import board
from cosplit.row import Row
from cosplit.task import Task

if TYPE_CHECKING:
    from rich.table import Table

SHOWN_RATES = (1e2, 1e4, 1e6)


def leaderboard(rows: Sequence[Row], task: Task, hardware: str) -> "Table":
    """Methods by score: the geometric mean of their lowest modelled latency at each rate."""
    rates = [rate for rate in task.rates if rate in SHOWN_RATES]
    names = ("rank", "method", *(f"ms at {rate:,.0f} B/s" for rate in rates), "score (ms)")
    ranked = "" if task.ranked else ", not ranked"
    title = f"{task.title}: modelled latency at {task.threshold:.1%} on {hardware}{ranked}"
    table = _table(title, *names, "qualify", "note")
    for line in board(rows, task, task.threshold, "modelled", hardware):
        fastest = [number(line.latency_ms.get(f"{rate:g}")) for rate in rates]
        score, share = number(line.score_ms), f"{line.qualifying} of {line.points}"
        table.add_row(str(line.rank or ""), line.method, *fastest, score, share, line.note)
    return table


def points(rows: Sequence[Row], threshold: float) -> "Table":
    """Each point once, with what it sent, how right it was and what became of it."""
    names = ("method", "point", "accuracy", "95 % interval", "device MACs", "sent", "x PNG")
    table = _table("Operating points", *names, f"{threshold:g}", "outcome")
    for row in once(rows):
        table.add_row(row.method, row.point, *_measured(row), *_verdict(row, threshold))
    return table


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
    sent = f"{number(row.payload_bits_mean)} bits"
    if row.code == "symbols":
        sent = f"{number(row.channel_uses)} uses, {row.channel}"
    return (
        f"{row.accuracy:.2%}",
        f"{row.accuracy_low:.1%} to {row.accuracy_high:.1%}",
        number(row.device_macs),
        sent,
        number(row.amplification),
    )


def _verdict(row: Row, threshold: float) -> tuple[str, str]:
    if row.outcome != "ok":
        return "", f"{row.outcome}: {row.detail}"
    reached = "reached" if row.qualifies.get(f"{threshold:g}") else "missed"
    return reached, "early exit" if row.early_exit else "ok"


def number(value: float | None) -> str:
    """Three significant digits with thousands marked; nothing where nothing was measured."""
    return "" if value is None else f"{float(f'{value:.3g}'):,.10g}"


def _table(title: str, *columns: str) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in ("method", "point"))
    return table
