"""Accuracy and channel uses over noise, split at conv4_x (the paper's Fig. 5).

A code of bits is charged bits / capacity, as in the paper: a channel code without error and without
end. For the learned source code a second curve shows what a code of that length can do. JSCC is
charged the symbols it sends.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cosplit.record.choose import reference
from cosplit.record.figures.canvas import GREY, canvas, foot, plain_ticks, say, settle
from cosplit.record.figures.fronts import SOURCE_CODE, Front, fronts, interval, of_all_seeds
from cosplit.record.figures.labels import End, Words, name_ends
from cosplit.record.figures.looks import Look, ink, looks, sized
from cosplit.record.figures.words import sent, short
from cosplit.record.figures.write import Drawing
from cosplit.record.finite_blocklength import BLOCK_ERROR, channel_uses, law
from cosplit.row import Row
from cosplit.task import Task
from cosplit.units import level, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = {
    "awgn": ("over Gaussian noise", "SNR (dB a real symbol)"),
    "bsc": ("over flipped bits", "bit flip rate"),
}
FINITE = f"learned source code,\nblock error {BLOCK_ERROR:g}"
APART = 0.03
"""Between accuracies at one level of noise, as a share of the axis, so that none hides another."""


class Curve(NamedTuple):
    """A front in one panel: where the mark of each level stands."""

    front: Front
    at: dict[float, tuple[float, float]]


def noise(rows: Sequence[Row], task: Task, threshold: float) -> Drawing:
    """Accuracy (upper) and channel uses an image (lower) over each kind of noise.

    Thin bars: 95 % intervals of the test images. Thick bars: from the lowest to the highest seed.
    """
    title = f"Accuracy and channel uses over noise: {task.title}, split at conv4_x"
    note = (
        f"Filled marks reach {level(threshold)}. Each curve takes its point of fewest uses that "
        "does, else its most accurate one, and says where that changes.\nThin bars: 95 % interval "
        "over the test images. Thick bars: lowest to highest seed, where several were trained."
    )
    figure, grid = canvas(title, (11, 7.5), nrows=2, ncols=2, sharex="col", sharey="row")
    look, said, panels = looks(rows), [note], dict["Axes", list[Curve]]()
    for (upper, lower), (kind, (over, meaning)) in zip(grid.T, KINDS.items(), strict=True):
        found = fronts(reference(rows), kind, threshold)
        panels[upper] = _accuracy(upper, found, look, threshold, rows)
        panels[lower] = _uses(lower, found, look, threshold)
        upper.set_title(f"Accuracy {over}", loc="left", fontsize=10)
        lower.set_title(f"Channel uses an image {over}", loc="left", fontsize=10)
        lower.set(yscale="log", xlabel=meaning, xticks=_levels(found))
        lower.set_xticklabels(f"{each:g}" for each in _levels(found))
        said += [f"{over.capitalize()}:", *map(_said, found)]
        if not found:
            say(upper, "no point to draw")
    _ticks(grid)
    settle(figure)
    unnamed = [axes for axes, drawn in panels.items() if not name_ends(axes, _ends(drawn, look))]
    foot(figure, note, unnamed[0].get_legend_handles_labels()[0] if unnamed else ())
    settle(figure)
    for axes, drawn in panels.items():
        _switches(axes, drawn, look, alone=axes in grid[1])
    return Drawing(figure, title, " ".join(said))


def _levels(found: Iterable[Front]) -> list[float]:
    return sorted({level for front in found for level in front.rows})


def _accuracy(
    axes: "Axes",
    found: Sequence[Front],
    look: Mapping[str, Look],
    threshold: float,
    rows: Sequence[Row],
) -> list[Curve]:
    """Accuracies with their intervals and seeds, the curves a little apart."""
    axes.axhline(threshold, color=GREY, linewidth=1, linestyle=":")
    levels, curves = _levels(found), []
    for k, front in enumerate(found):
        right = (k - (len(found) - 1) / 2) * APART * (levels[-1] - levels[0])
        curves.append(
            Curve(front, {x: (x + right, r.accuracy or 0) for x, r in front.rows.items()})
        )
        colour = look[front.label]["color"]
        for (x, _), row in zip(curves[-1].at.values(), front.rows.values(), strict=True):
            seeds = of_all_seeds(row, rows)
            axes.plot([x, x], interval(row), lw=1, color=colour)
            axes.plot([x, x], [min(seeds), max(seeds)], lw=5, alpha=0.4, color=colour)
        _draw(axes, curves[-1], look[front.label], threshold)
    return curves


def _uses(
    axes: "Axes", found: Sequence[Front], look: Mapping[str, Look], threshold: float
) -> list[Curve]:
    """Channel uses; the learned source code's under a code of finite length too."""
    curves = []
    for front in found:
        if front.label == SOURCE_CODE:
            curves.append(_finite(front))
            style = look[front.label] | {"linestyle": ":", "marker": ""}
            axes.plot(*zip(*curves[-1].at.values(), strict=True), label=FINITE, **style)
        curves.append(Curve(front, {x: (x, r.channel_uses or 0) for x, r in front.rows.items()}))
        _draw(axes, curves[-1], look[front.label], threshold)
    return curves


def _finite(front: Front) -> Curve:
    """The same messages under the best channel code of finite length (normal approximation)."""
    needed = {
        level: channel_uses(law(row.channel), row.payload_bits_mean or 1)
        for level, row in front.rows.items()
    }
    return Curve(front._replace(name=FINITE), {x: (x, uses) for x, uses in needed.items()})


def _draw(axes: "Axes", curve: Curve, look: Look, threshold: float) -> None:
    """Hollow marks, filled where the row qualifies."""
    here, front = f"{threshold:g}", curve.front
    style = sized(look, 6) | {"markerfacecolor": "white"}
    axes.plot(*zip(*curve.at.values(), strict=True), label=front.name, **style)
    sound = [curve.at[level] for level, row in front.rows.items() if row.qualifies.get(here)]
    filled = style | {"linestyle": "none", "markerfacecolor": look["color"]}
    axes.plot([x for x, _ in sound], [y for _, y in sound], **filled)


def _ends(curves: Iterable[Curve], look: Mapping[str, Look]) -> list[End]:
    return [
        End(curve.front.name, *curve.at[max(curve.at)], ink(look[curve.front.label]))
        for curve in curves
    ]


def _switches(axes: "Axes", curves: Sequence[Curve], look: Mapping[str, Look], alone: bool) -> None:
    """What a curve sends, wherever its best point changes; `alone`: also where none does."""
    words = Words(axes)
    for front, at in reversed(curves):
        runs = front.runs()
        if front.name == FINITE or (len(runs) == 1 and not alone):
            continue
        for run in runs:
            places = [at[level] for level in (run if len(runs) == 1 else run[:1])]
            words.beside(sent(front.rows[run[0]]), places, ink(look[front.label]))


def _ticks(grid: Any) -> None:
    from matplotlib.ticker import FuncFormatter

    grid[0][0].yaxis.set_major_formatter(FuncFormatter(lambda share, _: level(share)))
    grid[0][0].margins(0.06)
    plain_ticks(grid[1][0].yaxis, short)


def _said(front: Front) -> str:
    parts = [
        f"{noise_level:g}: {percent(row.accuracy or 0)}, {short(row.channel_uses or 0)} uses"
        for noise_level, row in front.rows.items()
    ]
    return f"{front.name.replace(chr(10), ' ')}: {'; '.join(parts)}."
