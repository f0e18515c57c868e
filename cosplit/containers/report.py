"""Emulated columns as a table, and how well the modelled tier ranks points as the emulated one."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cosplit.row import Row
from cosplit.screen import Column, Table
from cosplit.units import milliseconds

_FEWEST = 5
_Z = 1.959964
_MIB = 1 << 20


@dataclass(frozen=True)
class Agreement:
    """Spearman's rank correlation of modelled and emulated p50 over n points, at 95 %."""

    rate: str
    n: int
    rho: float
    low: float
    high: float

    def __str__(self) -> str:
        return (
            f"modelled against emulated at {self.rate} B/s: rank correlation {self.rho:.2f} "
            f"({self.low:.2f} to {self.high:.2f}, {self.n} points)"
        )


def agreement(rows: Iterable[Row], rate: str) -> Agreement | None:
    """None with fewer than five points that have both, or where all are equal.

    The interval is Fisher's z with the standard error of D. G. Bonett and T. A. Wright
    (Psychometrika 65, 2000).
    """
    from scipy.stats import spearmanr

    pairs = []
    for row in rows:
        modelled, emulated = row.latency_modelled_ms or {}, row.latency_emulated_ms or {}
        if rate in modelled and rate in emulated:
            pairs.append((modelled[rate], emulated[rate].p50))
    if len(pairs) < _FEWEST:
        return None
    rho = float(spearmanr(pairs).statistic) if _varies(pairs) else math.nan
    if math.isnan(rho):
        return None
    centre = math.atanh(min(max(rho, -1 + 1e-9), 1 - 1e-9))
    half = _Z * math.sqrt((1 + rho**2 / 2) / (len(pairs) - 3))
    return Agreement(rate, len(pairs), rho, math.tanh(centre - half), math.tanh(centre + half))


def agreements(rows: Sequence[Row], rates: Sequence[float]) -> list[str]:
    """`agreement` in words at the lowest, middle and highest rate, where there is one."""
    seen = (agreement(rows, name) for name in _shown(rates))
    return [str(one) for one in seen if one is not None]


def emulated_table(rows: Sequence[Row], rates: Sequence[float], hardware: str) -> Table:
    """One line a point that was run in containers: p50 and p90 in ms, parts, memory, CPU time."""
    names = _shown(rates)
    table = Table(
        [
            Column("method", kind="method"),
            Column("point", kind="point"),
            Column("outcome"),
            Column("device\nms", 2, right=True),
            Column("server\nms", 2, right=True),
            *(_at(name, abs(k - 1)) for k, name in enumerate(names)),
            Column("peak\nMiB", 1, right=True),
            Column("CPU\nms", 3, right=True),
        ],
        f"Latency emulated on {hardware}; * = link computed",
    )
    for row in rows:
        if row.outcome_emulated is not None:
            table.add(*_cells(row, names))
    return table


def _at(rate: str, priority: int) -> Column:
    return Column(f"p50/p90 ms\nat {float(rate):,.0f} B/s", priority, right=True)


def _shown(rates: Sequence[float]) -> list[str]:
    return [f"{rates[k]:g}" for k in sorted({0, len(rates) // 2, len(rates) - 1})]


def _cells(row: Row, names: Sequence[str]) -> Iterable[str]:
    seen = row.latency_emulated_ms or {}
    any_rate = next(iter(seen.values()), None)
    yield from (row.method, row.point, row.outcome_emulated or "")
    yield milliseconds(any_rate.device) if any_rate else ""
    yield milliseconds(any_rate.server) if any_rate else ""
    for name in names:
        one = seen.get(name)
        star = "*" if one and one.computed_link else ""
        yield f"{one.p50:,.0f}/{one.p90:,.0f}{star}" if one else ""
    yield f"{row.peak_memory_bytes / _MIB:.0f}" if row.peak_memory_bytes else ""
    yield "" if row.cpu_seconds_per_image is None else f"{1000 * row.cpu_seconds_per_image:.1f}"


def _varies(pairs: Sequence[tuple[float, float]]) -> bool:
    return all(len(set(side)) > 1 for side in zip(*pairs, strict=True))
