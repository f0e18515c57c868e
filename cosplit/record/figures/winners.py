"""Which method answers fastest at each rate: latency over rate, and the winner of each range.

The front page's figure: legible at 800 pixels.
"""

import math
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from cosplit.measure.hardware import Hardware
from cosplit.record.choose import candidates
from cosplit.record.figures.canvas import GREY, INK, SMALL, canvas, foot, say, settle
from cosplit.record.figures.labels import Words, name_ends
from cosplit.record.figures.latency import dense, fastest, lines, with_reference
from cosplit.record.figures.looks import OURS, ink, looks
from cosplit.record.figures.words import short, where
from cosplit.record.figures.write import Drawing
from cosplit.record.palette import colours
from cosplit.row import Row
from cosplit.task import Task
from cosplit.units import level

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text


CLOSE = 1e-4
"""How near, as a share of it, the rate is found at which the winner changes."""


EVERY = 4
"""Of the rates drawn, one in so many is tried for the words along our line."""


class Reign(NamedTuple):
    """A range of rates (bytes a second) in which one point is the fastest."""

    low: float
    high: float
    row: Row


def winners(rows: Sequence[Row], task: Task, hardware: Hardware, threshold: float) -> Drawing:
    """Modelled latency over rate, and above it the point that wins each range of rates."""
    here = [row for row in rows if row.hardware == hardware.name and row.latency_modelled_ms]
    fit = candidates(here, threshold, hardware.name)
    title = f"Which method answers fastest: {task.title}, at {level(threshold)}"
    note = (
        f"Latency modelled for {hardware.name}, each method at its fastest point of those that "
        "qualify and fit."
    )
    ratios = {"height_ratios": [1, 8]}
    figure, (strip, axes) = canvas(title, (8, 5), nrows=2, sharex=True, gridspec_kw=ratios)
    ends, won = lines(axes, with_reference(fit, here), task), reigns(fit, task.rates)
    axes.set_ylabel("latency")
    settle(figure)
    foot(figure, note, () if name_ends(axes, ends) else axes.get_lines())
    settle(figure)
    _strip(strip, won)
    words = Words(axes, _switches(axes, won))
    _ours(words, [row for row in fit if row.method == OURS], task)
    if not fit:
        say(axes, f"no point reaches {level(threshold)} and fits")
    return Drawing(figure, title, " ".join([note, *map(_said, won)]))


def reigns(rows: Sequence[Row], rates: Sequence[float]) -> list[Reign]:
    """The fastest point of each range between the lowest and the highest of `rates`."""
    if not rows:
        return []
    tried = dense(rates)
    runs = [list(run) for _, run in groupby(tried, lambda rate: fastest(rows, rate)[1].key)]
    bounds = [_switch(rows, one[-1], next_[0]) for one, next_ in pairwise(runs)]
    edges = pairwise([tried[0], *bounds, tried[-1]])
    firsts = [fastest(rows, run[0])[1] for run in runs]
    return [Reign(*edge, row) for edge, row in zip(edges, firsts, strict=True)]


def _switch(rows: Sequence[Row], low: float, high: float) -> float:
    """The rate between `low` and `high` from which the point that wins at `low` no longer does."""
    first = fastest(rows, low)[1].key
    while high > low * (1 + CLOSE):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if fastest(rows, middle)[1].key == first else (low, middle)
    return high


def _strip(strip: "Axes", won: Sequence[Reign]) -> None:
    """A bar a winner, in its colour, and its words above: past the last bar's end if need be."""
    colour = colours(reign.row.method for reign in won)
    strip.set(ylim=(0, 1), yticks=[])
    strip.grid(visible=False)
    strip.tick_params(bottom=False, labelbottom=False)
    strip.spines[:].set_visible(False)
    style: Any = {"fontsize": SMALL, "color": INK}
    if won:
        strip.text(
            -0.015, 0.125, "fastest", ha="right", va="center", transform=strip.transAxes, **style
        )
    for reign in won:
        strip.axvspan(reign.low, reign.high, ymax=0.25, color=colour[reign.row.method], lw=0)
        name = strip.text(
            reign.low, 0.75, reign.row.method, va="bottom", fontweight="bold", **style
        )
        point = strip.text(reign.low, 0.35, where(reign.row), va="bottom", **style)
        room = strip.transData.transform([(reign.low, 0), (reign.high, 0)])[:, 0]
        width = max(text.get_window_extent().width for text in (name, point))
        if reign is not won[-1] and width > room[1] - room[0]:
            name.remove()
            point.remove()


def _switches(axes: "Axes", won: Sequence[Reign]) -> "list[Text]":
    """A line where the winner changes, with its rate; gives the rates' words."""
    said: list[Text] = []
    for reign in won[1:]:
        axes.axvline(reign.low, color=GREY, lw=0.8, ls=(0, (4, 3)), zorder=1)
        style: Any = {"textcoords": "offset points", "fontsize": SMALL, "color": GREY}
        place: Any = {"xycoords": ("data", "axes fraction"), "ha": "right"}
        rate = short(reign.low, "B/s")
        said.append(axes.annotate(rate, (reign.low, 0), (-3, 4), **place, **style))
    return said


def _ours(words: Words, mine: Sequence[Row], task: Task) -> None:
    """Along our line, what it sends from where, at each of its points' ranges."""
    look = looks(mine)
    for reign in reigns(mine, task.rates):
        middle = math.log(reign.low * reign.high) / 2
        inside = [rate for rate in dense(task.rates) if reign.low <= rate <= reign.high]
        inside.sort(key=lambda rate: abs(math.log(rate) - middle))
        places = [(rate, fastest(mine, rate)[0]) for rate in inside[::EVERY]]
        words.beside(where(reign.row), places, ink(look[OURS]), within=reign[:2])


def _said(reign: Reign) -> str:
    low, high = (short(rate, "B/s") for rate in reign[:2])
    return f"{low} to {high}: {reign.row.method}, {where(reign.row)}."
