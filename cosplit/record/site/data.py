"""What the site's scripts draw: boards' lines by each rule of what fits, points, and pairs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cosplit.record.board import BoardLine
from cosplit.record.entry import Entry, best_proved
from cosplit.record.fit import FIT_RULES, FitRule, fits
from cosplit.record.palette import colours
from cosplit.record.site.downloads import Ruled
from cosplit.record.site.points import Point, points
from cosplit.record.stats import champions, pairs
from cosplit.record.verdict import verdict
from cosplit.row import Row
from cosplit.task import Task

MOST_COMPARED = 24
"""Methods of a board that are compared in pairs, the fastest first."""


def board_data(entries: Sequence[Entry], tasks: Mapping[str, Task], ruled: Ruled) -> dict[str, Any]:
    """All that the first page shows."""
    shown = [entry_data(entry, tasks[entry.task.name]) for entry in entries]
    held = {(e["task"], e["method"], e["status"]): e["points"] for e in shown}
    return {
        "tasks": {name: _task(task) for name, task in sorted(tasks.items())},
        "colours": colours(entry.method.name for entry in entries),
        "entries": shown,
        "lines": [
            _line(line, rule, held[line.task, line.method, line.status], tasks[line.task])
            for rule, lines in ruled.items()
            for line in lines
        ],
        "pairs": [
            pair for rule, lines in ruled.items() for pair in _pairs(entries, tasks, lines, rule)
        ],
    }


def entry_data(entry: Entry, task: Task) -> dict[str, Any]:
    """One entry's points, each once."""
    return {
        "task": entry.task.name,
        "method": entry.method.name,
        "title": entry.method.title,
        "status": entry.status,
        "points": [_point(point, task) for point in points(entry)],
    }


def _task(task: Task) -> dict[str, Any]:
    return {"title": task.title, "thresholds": task.thresholds, "rates": task.rates}


def _point(point: Point, task: Task) -> dict[str, Any]:
    row = point.row
    return {
        "name": row.point,
        "split": row.split_point,
        "outcome": row.outcome,
        "channel": row.channel,
        "accuracy": row.accuracy,
        "low": row.accuracy_low,
        "high": row.accuracy_high,
        "macs": row.device_macs,
        "bits": row.payload_bits_mean,
        "early": bool(row.early_exit),
        "verdict": {f"{t:g}": verdict(row, t) for t in task.thresholds},
        "reaches": _reaches(row),
        "fits": [rule for rule in FIT_RULES if fits(rule, row.hardware or "")(row)],
        "noise": [
            {
                "kind": noise.kind,
                "level": noise.level,
                "uses": noise.row.channel_uses,
                "accuracy": noise.row.accuracy,
                "reaches": _reaches(noise.row),
                "outcome": noise.row.outcome,
            }
            for noise in point.noise
        ],
        "symbols": row.code == "symbols",
    }


def _reaches(row: Row) -> list[str]:
    return [key for key, passed in row.qualifies.items() if passed and row.outcome == "ok"]


def _line(
    line: BoardLine, rule: FitRule, known: Sequence[Mapping[str, Any]], task: Task
) -> dict[str, Any]:
    """A board's line; `at` has the place of the answering point in its entry, by rate."""
    rates = [f"{rate:g}" for rate in task.rates]
    places = {point["name"]: k for k, point in enumerate(known)}
    told = line.model_dump(exclude={"title", "fastest", "latency_ms"})
    return told | {
        "fit": rule,
        "best": places[best_point(line, known)],
        "at": [places.get(line.fastest.get(rate, "")) for rate in rates],
        "ms": [line.latency_ms.get(rate) for rate in rates],
    }


def best_point(line: BoardLine, known: Sequence[Mapping[str, Any]]) -> str:
    """The point that answers at the most rates; where none does, the most accurate that reaches the
    threshold, else the most accurate."""
    if line.fastest:
        answers = Counter(line.fastest.values())
        return min(answers, key=lambda name: (-answers[name], name))
    key = f"{line.threshold:g}"
    best = max(known, key=lambda p: (key in p["reaches"], p["accuracy"] or 0.0, p["name"]))
    return str(best["name"])


def _pairs(
    entries: Iterable[Entry],
    tasks: Mapping[str, Task],
    lines: Iterable[BoardLine],
    rule: FitRule,
) -> list[dict[str, Any]]:
    """McNemar's test between the methods' champions, a family a board of modelled latency."""
    proved = {(entry.task.name, entry.method.name): entry for entry in best_proved(entries)}
    families = dict[tuple[str, float, str], list[str]]()
    for line in lines:
        if line.tier == "modelled":
            place = (line.task, line.threshold, line.hardware)
            families.setdefault(place, []).append(line.method)
    found = []
    for (task, threshold, hardware), methods in families.items():
        rows = [row for m in methods[:MOST_COMPARED] for row in proved[task, m].points]
        best = champions(rows, threshold, fits(rule, hardware))
        told = {"task": task, "threshold": threshold, "hardware": hardware, "fit": rule}
        found += [told | asdict(pair) for pair in pairs(best)]
    return found
