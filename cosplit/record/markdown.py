"""The README's results: one markdown table of a task's points, each method's score beside them."""

import math
from collections.abc import Iterable, Iterator, Mapping

from cosplit.record.board import board
from cosplit.record.choose import latency_ms, reference
from cosplit.record.entry import Entry, best_proved
from cosplit.record.table import once
from cosplit.row import Row
from cosplit.task import Task
from cosplit.units import number

RATES = {1e2: "100 B/s", 1e4: "10 KB/s"}
NOTHING = "-"


def results(entries: Iterable[Entry], task: Task, threshold: float, hardware: str) -> str:
    """Lines of markdown, the best method first, its points by computation on the device.

    A method's score, the geometric mean of its lowest modelled latencies over the grid of rates,
    stands at the first of its points; `-` where it has none. Latency is modelled for `hardware`.
    A threshold is `certain` where the lower end of the 95 % interval reaches it too.
    """
    proved = [entry for entry in best_proved(entries) if entry.task.name == task.name]
    scores = {
        line.method: line.score_ms for line in board(proved, task, threshold, "modelled", hardware)
    }
    rows = {entry.method.name: once(reference(entry.points)) for entry in proved}
    lines = [_line(names := _names(threshold)), _line(["---"] * len(names))]
    lines += map(_line, _cells(rows, scores, threshold))
    return "\n".join(lines)


def _names(threshold: float) -> list[str]:
    times = [f"ms at {rate}" for rate in RATES.values()]
    sent = ["device MACs", "sent an image"]
    return [
        "method",
        "point",
        "accuracy",
        f"reaches {100 * threshold:g} %",
        "fits",
        "early exit",
        *sent,
        *times,
        "score (ms)",
    ]


def _cells(
    rows: Mapping[str, list[Row]], scores: Mapping[str, float | None], threshold: float
) -> Iterator[list[str]]:
    for method, score in scores.items():
        for k, row in enumerate(sorted(rows[method], key=_order)):
            yield [*_point(row, threshold), "" if k else number(score) or NOTHING]


def _order(row: Row) -> tuple[float, tuple[str | int, ...]]:
    return (math.inf if row.device_macs is None else row.device_macs, row.key)


def _point(row: Row, threshold: float) -> list[str]:
    named = [f"`{row.method}`", f"`{row.point}`"]
    if row.accuracy is None or row.device_macs is None:
        return [*named, row.outcome, "no", *[NOTHING] * (4 + len(RATES))]
    return [
        *named,
        f"{100 * row.accuracy:.2f} % of {row.n_images:,}",
        _reaches(row, f"{threshold:g}"),
        _yes(row.deployable),
        _yes(row.early_exit),
        f"{row.device_macs / 1e6:,.1f} M",
        _sent(row),
        *(number(latency_ms(row, rate)) or NOTHING for rate in RATES),
    ]


def _reaches(row: Row, threshold: str) -> str:
    return "certain" if row.certain.get(threshold) else _yes(row.qualifies.get(threshold))


def _yes(held: bool | None) -> str:
    return "yes" if held else "no"


def _sent(row: Row) -> str:
    if row.code == "symbols":
        return f"{row.channel_uses:,.0f} uses, {row.channel}"
    return f"{row.payload_bits_mean:,.0f} bits"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
