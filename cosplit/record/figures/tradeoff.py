"""Fig. 3: computation on the device against bits sent, one mark an operating point."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cosplit.record.choose import qualifies
from cosplit.record.figures.canvas import GREY, Look, canvas, legend, looks, say, series
from cosplit.row import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

THIN = {"marker": "", "linewidth": 0.8, "alpha": 0.5}
FLOOR_MACS = 1e4
"""Where a device that computes nothing is drawn on a logarithmic axis."""
LARGEST, SMALLEST = 8, 5
"""Marks in points; each method's are smaller than the one's before, so that none hides another."""
OURS = "three_step"
"""The method whose marks bear their split points."""
TEXT: dict[str, Any] = {"textcoords": "offset points", "fontsize": "x-small", "color": "0.25"}
BESIDE = (6, 3)
"""Points from a mark to its words: more computation sends less, so the line that joins the marks
leaves their upper right free."""


def tradeoff(rows: Sequence[Row], threshold: float) -> "Figure":
    """Device MACs against payload bits, both an image; filled marks where the point qualifies."""
    points = [
        row
        for row in rows
        if row.channel == "noiseless" and row.outcome == "ok" and row.payload_bits_mean
    ]
    figure, axes = canvas(
        f"Fig. 3: filled marks reach {threshold:.1%}, images that are missing counted as wrong",
        (8, 5),
    )
    by_label = looks(rows)
    for k, (label, mine) in enumerate(series(points)):
        smaller = {"markersize": max(LARGEST - k / 2, SMALLEST)}
        _marks(axes, label, by_label[label] | smaller, mine, threshold)
    axes.set(xscale="log", yscale="log", ylabel="payload (bits an image)")
    axes.set_xlabel(
        f"computation on the device (MACs an image; fewer are drawn at {FLOOR_MACS:,.0f})"
    )
    axes.margins(0.08)
    _amplification(axes, points)
    if not points:
        say(axes, "no point to draw")
    return legend(figure, [axes])


def _marks(axes: "Axes", label: str, look: Look, rows: Sequence[Row], threshold: float) -> None:
    ordered = sorted(rows, key=lambda row: (*_place(row), row.key))
    axes.plot(*zip(*map(_place, ordered), strict=True), **look | THIN)
    for row in ordered:
        filled = {} if qualifies(row, threshold) else {"markerfacecolor": "none"}
        axes.plot(*_place(row), **look | {"linestyle": "none"} | filled)
    if rows[0].method == OURS:
        highest = {row.split_point: _place(row) for row in ordered}  # of several, the most bits
        for name, place in highest.items():
            axes.annotate(name, place, BESIDE, **TEXT)
    axes.plot([], [], label=label, **look | {"linestyle": "none"})


def _place(row: Row) -> tuple[float, float]:
    return max(row.device_macs or 0, FLOOR_MACS), row.payload_bits_mean or 0


def _amplification(axes: "Axes", points: Iterable[Row]) -> None:
    """The same axis as a multiple of the PNG's payload, with a line at 1."""
    known = [
        r.payload_bits_mean / r.amplification
        for r in points
        if r.payload_bits_mean and r.amplification
    ]
    if not known:
        return
    png = known[0]
    axes.axhline(png, color=GREY, linewidth=1, linestyle=":")
    place: Any = {"xy": (0.1, png), "xycoords": ("axes fraction", "data")}
    axes.annotate("amplification 1: the PNG", xytext=(0, 3), **place, **TEXT)
    scale: Any = (lambda bits: bits / png, lambda times: times * png)
    right = axes.secondary_yaxis("right", functions=scale)
    right.set_ylabel("amplification (payload over the PNG's)")
