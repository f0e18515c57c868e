"""`cosplit stats`: what chance and seeds allow to be said of a task's entries."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.common import LEADERBOARD, Root, TaskOption, load_task, task_entries
from cosplit.cli.output import AsJson, show
from cosplit.screen import Column, Table
from cosplit.units import interval, level, percent

if TYPE_CHECKING:
    from cosplit.record.stats import PairStats, PointStats


def stats(
    task: TaskOption = "cifar10",
    leaderboard: Root = LEADERBOARD,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print tables for a report.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say how sure the accuracies are, and which methods differ.

    Points with their 95 % Wilson interval and, over several seeds, mean and standard deviation;
    then every two methods, at the points named, by McNemar's exact test on the same images, with
    Holm's correction over all of these tests.
    """
    from cosplit.record.stats import champions, pairs, points

    asked = load_task(task)
    rows = [row for entry in task_entries(task, leaderboard) for row in entry.points]
    found, compared = points(rows), pairs(champions(rows, asked.threshold))
    chosen = (
        f"reaching {level(asked.threshold)} and fitting where one does, most accurate on validation"
    )
    tables = (
        Table(_POINT, f"{asked.title}: points", list(map(_point, found))),
        Table(
            _PAIR,
            f"Methods in pairs, each at its point {chosen}",
            [_pair(pair) for pair in compared],
            [f"compared: {name}" for name in _named(compared)],
        ),
    )
    if markdown:
        typer.echo("\n".join(line for table in tables for line in _markdown(table)))
        return
    document = {"points": list(map(asdict, found)), "pairs": list(map(asdict, compared))}
    show(document, as_json, *tables)


def _named(pairs: "Sequence[PairStats]") -> list[str]:
    """Each method with its point, once."""
    return list(dict.fromkeys(name for pair in pairs for name in (pair.first, pair.second)))


_POINT = (
    Column("method", kind="method"),
    Column("point", kind="point"),
    Column("channel", 1),
    Column("accuracy", right=True),
    Column("95 % interval", 2, right=True),
    Column("images", 5, right=True),
    Column("seeds", 3, right=True),
    Column("mean over\nseeds", 4, right=True),
    Column("sd\n(points)", 4, right=True),
)
_PAIR = (
    Column("first", kind="name"),
    Column("second", kind="name"),
    Column("only first /\nsecond right", 2, right=True),
    Column("p", 3, right=True),
    Column("p (Holm)", right=True),
    Column("note", 1, kind="text"),
)


def _markdown(table: Table) -> list[str]:
    from cosplit.record.markdown_table import table as lines

    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    notes = lines([{"note": note} for note in table.notes])
    return [f"**{table.title}**", "", *lines(rows), "", *notes, ""]


def _point(one: "PointStats") -> tuple[str, ...]:
    return (
        one.method,
        one.point,
        one.channel,
        percent(one.accuracy),
        "" if one.low is None or one.high is None else interval(one.low, one.high),
        f"{one.n:,}",
        str(one.seeds),
        percent(one.mean),
        "" if one.sd is None else f"{100 * one.sd:.2f}",
    )


def _pair(one: "PairStats") -> tuple[str, ...]:
    counts = "" if one.only_first is None else f"{one.only_first:,} / {one.only_second:,}"
    first, second = (name.partition(" ")[0] for name in (one.first, one.second))
    return (first, second, counts, _p(one.p), _p(one.p_holm), one.note)


def _p(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"
