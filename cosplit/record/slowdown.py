"""Whether a program got slower, told from two runs on a noisy machine."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from cosplit.record.measured import Measured, Run
from cosplit.record.regression import Finding, Limits, Verdict
from cosplit.row import Row

Pair = tuple[Measured, Measured]


def latency_findings(
    base: Run, head: Run, pairs: Sequence[Pair], limits: Limits
) -> Iterator[Finding]:
    """A method is slower, or faster, where the median of its rows' ratios passes the limit.

    Noise on a shared machine only ever adds time, in bursts: a burst moves a row's median and
    leaves its minimum, one lucky round moves the minimum and leaves the median, a slower program
    moves both. So a row's ratio is the one of the two that is nearer to no change.
    """
    timed = [(old, new) for old, new in pairs if old.row.outcome == new.row.outcome == "ok"]
    groups: dict[tuple[str, str], list[float]] = {}
    for old, new in timed:
        for kind, ratio in _ratios(old, new):
            groups.setdefault((f"{new.row.task}/{new.row.method}", kind), []).append(ratio)
    if groups and base.machine != head.machine:
        yield Finding("all rows", "latency", base.machine, head.machine, "", "not judged")
        return
    for (method, kind), ratios in sorted(groups.items()):
        ratio = median(ratios)
        if ratio > 1 + limits.latency or ratio < 1 / (1 + limits.latency):
            change = f"x {ratio:.2f} over {len(ratios)} rows"
            verdict: Verdict = "worse" if ratio > 1 else "better"
            yield Finding(method, kind, "1", f"{ratio:.2f}", change, verdict)


def _ratios(old: Measured, new: Measured) -> Iterator[tuple[str, float]]:
    if old.stats and new.stats:
        ratios = (new.stats.min / old.stats.min, new.stats.median / old.stats.median)
        yield "latency", _nearer(ratios)
    emulated = list(_emulated(old.row, new.row))
    if emulated:
        yield "latency emulated", median(emulated)


def _emulated(old: Row, new: Row) -> Iterator[float]:
    """Ratios by rate; an interval's nearer end stands for the minimum."""
    before, after = old.latency_emulated_ms or {}, new.latency_emulated_ms or {}
    for rate in before.keys() & after.keys():
        first, second = before[rate], after[rate]
        yield _nearer((second.p50 / first.p50, second.p50_low / first.p50_low))


def _nearer(ratios: Iterable[float]) -> float:
    """The ratio nearer to 1 where both are on one side of it, else 1."""
    low, high = min(ratios), max(ratios)
    return low if low > 1 else high if high < 1 else 1.0
