"""The board: which method answers fastest over the whole grid of rates.

Score of a method: at each rate the lowest latency among its points that qualify and fit on the
device; the geometric mean over the grid. Each task, threshold, tier and hardware is a board of
its own: a modelled millisecond is never ranked against a measured one.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import geometric_mean

from pydantic import BaseModel, ConfigDict

from cosplit.record.choose import TIERS, Tier, candidates, latencies, qualifies, reference
from cosplit.record.entry import STATUSES, Entry, Status, with_measured
from cosplit.record.fit import FitRule, Fits, fits
from cosplit.record.hypervolume import hypervolume
from cosplit.row import Row
from cosplit.task import Task


class BoardLine(BaseModel):
    """One method on one board; `rank` is null where it has no score or the task is not ranked.

    `scores_ms` holds what each status says, side by side; `score_ms` is the best-proved one's.
    `fastest` and `latency_ms` name the answering point and its latency by rate.
    """

    model_config = ConfigDict(frozen=True)

    task: str
    threshold: float
    tier: Tier
    hardware: str
    rank: int | None
    method: str
    title: str
    status: Status
    score_ms: float | None
    scores_ms: dict[str, float | None]
    note: str
    hypervolume: float
    points: int
    qualifying: int
    certain: bool
    fastest: dict[str, str]
    latency_ms: dict[str, float]
    failures: dict[str, str]


@dataclass(frozen=True)
class Standing:
    """The rows of one method under one status, of its reference seed alone."""

    method: str
    title: str
    status: Status
    rows: Sequence[Row]


def standings(items: Iterable[Entry | Row]) -> list[Standing]:
    """Entries as they stand, with what containers measured; loose rows by method, as
    self-reported."""
    held = list(items)
    loose = dict[str, list[Row]]()
    for row in held:
        if isinstance(row, Row):
            loose.setdefault(row.method, []).append(row)
    found = [
        Standing(entry.method.name, entry.method.title, entry.status, reference(entry.points))
        for entry in with_measured(item for item in held if isinstance(item, Entry))
    ]
    return found + [
        Standing(name, name, "self-reported", reference(rows)) for name, rows in loose.items()
    ]


def board(
    items: Iterable[Entry | Row],
    task: Task,
    threshold: float,
    tier: Tier,
    hardware: str,
    rule: FitRule = "share",
) -> list[BoardLine]:
    """The board's lines, best first; methods without a score last, by name."""
    return _ranked(standings(items), task, threshold, tier, hardware, rule)


def _ranked(
    held: Iterable[Standing],
    task: Task,
    threshold: float,
    tier: Tier,
    hardware: str,
    rule: FitRule,
) -> list[BoardLine]:
    by_method = dict[str, list[Standing]]()
    for standing in held:
        rows = [row for row in standing.rows if row.task == task.name]
        if rows:
            kept = Standing(standing.method, standing.title, standing.status, rows)
            by_method.setdefault(standing.method, []).append(kept)
    fit = fits(rule, hardware)
    lines = [_line(each, task, threshold, tier, hardware, fit) for each in by_method.values()]
    lines.sort(key=lambda line: (line.score_ms or math.inf, line.method))
    scored = sum(line.score_ms is not None for line in lines) if task.ranked else 0
    ranked = [line.model_copy(update={"rank": k + 1}) for k, line in enumerate(lines[:scored])]
    return ranked + lines[scored:]


def boards(
    items: Sequence[Entry | Row], tasks: Mapping[str, Task], rule: FitRule = "share"
) -> list[BoardLine]:
    """Every board that has a row to show: task x threshold x tier x hardware."""
    held = standings(items)
    rows = [row for standing in held for row in standing.rows]
    shown = {
        (row.task, tier, row.hardware)
        for row in rows
        for tier in TIERS
        if row.hardware and row.task in tasks and (tier == "modelled" or latencies(row, tier))
    }
    return [
        line
        for name, tier, hardware in sorted(shown, key=lambda p: (p[0], TIERS.index(p[1]), p[2]))
        for threshold in tasks[name].thresholds
        for line in _ranked(held, tasks[name], threshold, tier, hardware, rule)
    ]


def _line(
    each: Sequence[Standing],
    task: Task,
    threshold: float,
    tier: Tier,
    hardware: str,
    fits: Fits,
) -> BoardLine:
    fastest = {s.status: _fastest(s.rows, task, threshold, tier, hardware, fits) for s in each}
    scores: dict[str, float | None] = {
        status: _score(found, task, tier) for status, found in fastest.items()
    }
    proved = max(each, key=lambda s: STATUSES.index(s.status))
    best = fastest[proved.status]
    sound = [row for row in proved.rows if qualifies(row, threshold)]
    fit = candidates(proved.rows, threshold, hardware, fits)
    pairs = [
        (float(row.device_macs), row.payload_bits_mean)
        for row in fit
        if row.device_macs is not None and row.payload_bits_mean is not None
    ]
    return BoardLine(
        task=task.name,
        threshold=threshold,
        tier=tier,
        hardware=hardware,
        rank=None,
        method=proved.method,
        title=proved.title,
        status=proved.status,
        score_ms=scores[proved.status],
        scores_ms=scores,
        note=_note(sound, fit, best, task, threshold),
        hypervolume=hypervolume(pairs, (task.backbone.macs, task.raw_bits)),
        points=sum(row.channel == "noiseless" for row in proved.rows),
        qualifying=len(sound),
        certain=bool(best) and all(row.certain.get(f"{threshold:g}") for row in best.values()),
        fastest={rate: row.point for rate, row in best.items()},
        latency_ms={rate: latencies(row, tier)[rate] for rate, row in best.items()},
        failures={row.point: row.outcome for row in proved.rows if row.outcome != "ok"},
    )


def _fastest(
    rows: Iterable[Row], task: Task, threshold: float, tier: Tier, hardware: str, fits: Fits
) -> dict[str, Row]:
    fit = candidates(rows, threshold, hardware, fits)
    found = dict[str, Row]()
    for rate in map("{:g}".format, task.rates):
        timed = [(ms, row) for row in fit if (ms := latencies(row, tier).get(rate)) is not None]
        if timed:
            found[rate] = min(timed, key=lambda pair: (pair[0], pair[1].key))[1]
    return found


def _score(best: Mapping[str, Row], task: Task, tier: Tier) -> float | None:
    if len(best) < len(task.rates):
        return None
    return geometric_mean(max(latencies(row, tier)[rate], 1e-9) for rate, row in best.items())


def _note(
    sound: Sequence[Row], fit: Sequence[Row], best: Mapping[str, Row], task: Task, threshold: float
) -> str:
    if not sound:
        return f"no point reaches {threshold:g}"
    if not fit:
        return "no point that qualifies fits on the device"
    if len(best) < len(task.rates):
        return f"measured at {len(best)} of {len(task.rates)} rates" if best else "not measured"
    return "" if task.ranked else "this task is not ranked"
