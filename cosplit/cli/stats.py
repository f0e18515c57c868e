"""`cosplit stats`: what chance and seeds allow to be said of a task's entries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cosplit.cli.common import LEADERBOARD, Root, TaskOption, load_task, task_entries
from cosplit.cli.output import AsJson, show

if TYPE_CHECKING:
    from cosplit.record.stats import PairStats, PointStats


def stats(
    task: TaskOption = "cifar10",
    leaderboard: Root = LEADERBOARD,
    markdown: Annotated[bool, typer.Option(help="Print tables for a report.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say how sure the entries' accuracies are, and which methods differ.

    Points with their 95 % Wilson interval and, over several seeds, mean and standard deviation;
    then every two methods, at the points named, by McNemar's exact test on the same images, with
    Holm's correction over all of these tests.
    """
    from cosplit.record.stats import champions, pairs, points

    asked = load_task(task)
    rows = [row for entry in task_entries(task, leaderboard) for row in entry.points]
    found, compared = points(rows), pairs(champions(rows, asked.threshold))
    if as_json:
        both = {"points": list(map(asdict, found)), "pairs": list(map(asdict, compared))}
        print(json.dumps(both, indent=1))
        return
    chosen = f"reaching {asked.threshold:g} and fitting where one does, most accurate on validation"
    _print(f"{asked.title}: points", [_point(one) for one in found], markdown)
    _print(f"Methods in pairs, each at its point {chosen}", [_pair(p) for p in compared], markdown)


def _print(title: str, rows: Sequence[Mapping[str, Any]], markdown: bool) -> None:
    from cosplit.record.markdown_table import table

    if markdown:
        print("\n".join([f"**{title}**", "", *table(rows), ""]))
    else:
        show(rows, as_json=False, title=title)


def _point(one: "PointStats") -> dict[str, Any]:
    scatter = None if one.mean is None else f"{one.mean:.2%} +- {100 * (one.sd or 0):.2f} points"
    return {
        "method": one.method,
        "point": one.point,
        "channel": one.channel,
        "accuracy": f"{one.accuracy:.2%}",
        "95 % interval": f"{one.low:.2%} to {one.high:.2%}",
        "n": one.n,
        "seeds": one.seeds,
        "mean and sd over seeds": scatter,
    }


def _pair(one: "PairStats") -> dict[str, Any]:
    return {
        "first": one.first,
        "second": one.second,
        "only first right": one.only_first,
        "only second right": one.only_second,
        "p": _p(one.p),
        "p (Holm)": _p(one.p_holm),
        "note": one.note or None,
    }


def _p(value: float | None) -> str | None:
    return None if value is None else f"{value:.2g}"
