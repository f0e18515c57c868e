"""What chance and seeds allow to be said of a task's entries.

entries --best proved of each method--> rows --reference seed--> points, with interval and scatter
                                             --one a method--> pairs, by McNemar's test, Holm's p

Accuracies are fractions. Methods are scored on the same images, so they are compared in pairs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import mean, stdev

from cosplit.measure.accuracy import mcnemar, unpack
from cosplit.record.choose import qualifies, reference
from cosplit.record.fit import Fits, by_share
from cosplit.row import Row


@dataclass(frozen=True)
class PointStats:
    """One point over one channel. `accuracy`, its 95 % Wilson interval and `n` images are of the
    reference seed; `mean` and `sd` (n - 1 in its denominator) over all `seeds`, null for one."""

    method: str
    point: str
    channel: str
    accuracy: float | None
    low: float | None
    high: float | None
    n: int
    seeds: int
    mean: float | None
    sd: float | None


@dataclass(frozen=True)
class PairStats:
    """Two methods' rows on the same images: how many only one of them got right, the exact
    two-sided p, and Holm's over all pairs that could be tested. `note` says why one could not."""

    first: str
    second: str
    only_first: int | None = None
    only_second: int | None = None
    p: float | None = None
    p_holm: float | None = None
    note: str = ""


def points(rows: Sequence[Row]) -> list[PointStats]:
    """Every scored point: noiseless, or each channel of a code that is made for a noisy one.

    Over noise a code of bits answers what it answers without (its channel code is perfect).
    """
    seen = dict[tuple[str, ...], list[float]]()
    for row in rows:
        if row.accuracy is not None:
            seen.setdefault(_place(row), []).append(row.accuracy)
    shown = (row for row in reference(rows) if row.channel == "noiseless" or row.code == "symbols")
    return [_point(row, seen[_place(row)]) for row in shown if row.accuracy is not None]


def champions(rows: Iterable[Row], threshold: float, fits: Fits = by_share) -> list[Row]:
    """Of each method the noiseless row that is compared with others', by name.

    Among those that reach `threshold` and fit on the device, as what scores does (where none does,
    that reach it; else all), it is the most accurate on validation images: one chosen by its test
    images would look too good on them.
    """
    by_method = dict[str, list[Row]]()
    for row in reference(rows):
        if row.outcome == "ok" and row.channel == "noiseless":
            by_method.setdefault(row.method, []).append(row)

    def merit(row: Row) -> tuple[bool, bool, float, str]:
        reaches = qualifies(row, threshold)
        return (reaches, reaches and fits(row), row.validation_accuracy or 0.0, row.point)

    return [max(by_method[name], key=merit) for name in sorted(by_method)]


def pairs(rows: Sequence[Row]) -> list[PairStats]:
    """Every two of `rows`, the family that Holm's correction is over."""
    tested = [_pair(first, second) for first, second in combinations(rows, 2)]
    known = [pair for pair in tested if pair.p is not None]
    corrected = iter(holm([pair.p for pair in known if pair.p is not None]))
    return [replace(pair, p_holm=None if pair.p is None else next(corrected)) for pair in tested]


def holm(ps: Sequence[float]) -> list[float]:
    """p-values adjusted for being so many (S. Holm, Scand. J. Statist. 6:65-70, 1979), in order.

    The k-th smallest of m is multiplied by m - k + 1, is at least the one before it, and at most 1.
    """
    adjusted, largest = [0.0] * len(ps), 0.0
    for k, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        largest = min(1.0, max(largest, (len(ps) - k) * ps[place]))
        adjusted[place] = largest
    return adjusted


def _place(row: Row) -> tuple[str, ...]:
    return (row.method, row.point, row.channel)


def _point(row: Row, accuracies: Sequence[float]) -> PointStats:
    several = len(accuracies) > 1
    return PointStats(
        row.method,
        row.point,
        row.channel,
        accuracy=row.accuracy,
        low=row.accuracy_low,
        high=row.accuracy_high,
        n=row.n_images,
        seeds=len(accuracies),
        mean=mean(accuracies) if several else None,
        sd=stdev(accuracies) if several else None,
    )


def _pair(first: Row, second: Row) -> PairStats:
    names = (f"{first.method} {first.point}", f"{second.method} {second.point}")
    if (first.images_digest, first.n_images) != (second.images_digest, second.n_images):
        return PairStats(*names, note="not the same images")
    try:
        one, other = (unpack(row.correct, row.n_images) for row in (first, second))
    except ValueError:
        return PairStats(*names, note="`correct` is damaged; run `cosplit check`")
    only = int((one & ~other).sum()), int((other & ~one).sum())
    return PairStats(*names, *only, p=mcnemar(one, other))
