"""Whether a program got slower, told from two runs on a noisy machine.

Noise on a shared machine only ever adds time, in bursts. A burst moves a row's median and leaves
its minimum, one lucky round moves the minimum and leaves the median, a slower program moves both:
a row's ratio is the one of the two that is nearer to 1. A method is slower where three quarters of
its rows are slower by more than the limit. Where the rounds of a run scatter widely and the rows
do not agree with each other, the machine was too busy to tell, and nothing is judged.
"""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median, quantiles

from cosplit.record.measured import Measured, Run
from cosplit.record.regression import Finding, Limits, Verdict
from cosplit.row import Row

RESTLESS = 1.5  # the usual row's median over its minimum: 1.0 to 1.2 on a quiet machine
DISAGREE = 1.2  # upper over lower quartile of the rows' ratios
Pair = tuple[Measured, Measured]


def latency_findings(
    base: Run, head: Run, pairs: Sequence[Pair], limits: Limits
) -> Iterator[Finding]:
    """A method's latency where it rose or fell by more than the limit, or cannot be judged."""
    timed = [(old, new) for old, new in pairs if old.row.outcome == new.row.outcome == "ok"]
    groups: dict[tuple[str, str], list[float]] = {}
    for old, new in timed:
        for kind, ratio in _ratios(old, new):
            groups.setdefault((f"{new.row.task}/{new.row.method}", kind), []).append(ratio)
    if groups and base.machine != head.machine:
        yield Finding("all rows", "latency", base.machine, head.machine, "", "not judged")
        return
    scatter = max(_scatter(old for old, _ in timed), _scatter(new for _, new in timed))
    for (method, kind), ratios in sorted(groups.items()):
        yield from _judged(method, kind, ratios, scatter, limits.latency)


def _judged(
    method: str, kind: str, ratios: Sequence[float], scatter: float, limit: float
) -> Iterator[Finding]:
    low, middle, high = _quartiles(ratios)
    change = f"x {middle:.2f}, quartiles {low:.2f} and {high:.2f} of {len(ratios)} rows"
    if kind == "latency" and scatter > RESTLESS and high > DISAGREE * low:
        change = f"machine too busy: a row's median is {scatter:.1f} times its minimum"
        verdict: Verdict = "not judged"
    elif low > 1 + limit:
        verdict = "worse"
    elif high < 1 / (1 + limit):
        verdict = "better"
    else:
        return
    yield Finding(method, kind, 1.0, round(middle, 4), change, verdict)


def _scatter(timed: Iterable[Measured]) -> float:
    scatters = [each.stats.median / each.stats.min for each in timed if each.stats]
    return median(scatters) if scatters else 1.0


def _quartiles(ratios: Sequence[float]) -> tuple[float, float, float]:
    if len(ratios) == 1:
        return ratios[0], ratios[0], ratios[0]
    low, middle, high = quantiles(ratios, n=4, method="inclusive")
    return low, middle, high


def _ratios(old: Measured, new: Measured) -> Iterator[tuple[str, float]]:
    if old.stats and new.stats:
        ratios = (new.stats.min / old.stats.min, new.stats.median / old.stats.median)
        yield "latency", _nearer(ratios)
    emulated = list(_emulated(old.row, new.row))
    if emulated:
        yield "latency emulated", median(emulated)


def _emulated(old: Row, new: Row) -> Iterator[float]:
    """Ratios by rate; an interval's lower end stands for the minimum."""
    before, after = old.latency_emulated_ms or {}, new.latency_emulated_ms or {}
    for rate in before.keys() & after.keys():
        first, second = before[rate], after[rate]
        if min(first.p50, first.p50_low) > 0:
            yield _nearer((second.p50 / first.p50, second.p50_low / first.p50_low))


def _nearer(ratios: Iterable[float]) -> float:
    """The ratio nearer to 1 where both are on one side of it, else 1."""
    low, high = min(ratios), max(ratios)
    return low if low > 1 else high if high < 1 else 1.0
