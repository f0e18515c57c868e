"""Computation on the device against bits sent, one mark an operating point (the paper's Fig. 3)."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cosplit.measure.hardware import Hardware
from cosplit.record.choose import qualifies
from cosplit.record.figures.canvas import GREY, INK, SMALL, canvas, foot, plain_ticks, say, settle
from cosplit.record.figures.labels import Words
from cosplit.record.figures.looks import OURS, Look, ink, looks, series, sized
from cosplit.record.figures.words import sent, short
from cosplit.record.figures.write import Drawing
from cosplit.row import Row
from cosplit.task import Task
from cosplit.units import level

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

SIZE, RING = 7.5, 4.0
"""Points: a mark, and what one gains for each that is drawn over it, so that none is hidden."""

STRUCK: Look = {"marker": (2, 2, -45), "ls": "none", "ms": 12, "mew": 1, "color": INK}


def tradeoff(rows: Sequence[Row], task: Task, hardware: Hardware, threshold: float) -> Drawing:
    """Device MACs against payload bits, both an image; filled marks where the point qualifies."""
    points = [
        row
        for row in rows
        if row.channel == "noiseless" and row.outcome == "ok" and row.payload_bits_mean
    ]
    title = f"Computation on the device against bits sent: {task.title}, at {level(threshold)}"
    note = "Lower left is better. Test images that are missing count as wrong."
    figure, axes = canvas(title, (8, 5.6))
    floor = _floor(points)
    axes.set(xscale="log", yscale="log", ylabel="bits sent an image")
    axes.set_xlabel("computation on the device (MACs an image)")
    look = looks(rows)
    for label, mine in series(points):
        ordered = sorted((_place(row, floor) for row in mine), key=lambda at: (at[0], -at[1]))
        axes.plot(*zip(*ordered, strict=True), color=look[label]["color"], lw=0.8, alpha=0.45)
    axes.margins(0.09)
    png = _amplification(axes, points)
    _room(axes, [*(row.payload_bits_mean or 0 for row in points), *([png] if png else [])])
    _axes_in_words(axes, floor, any(not row.device_macs for row in points))
    foot(figure, note, _key(threshold, hardware.name) if points else ())
    settle(figure)
    _marks(axes, points, look, threshold, floor)
    unnamed = _names(axes, points, look, floor, png)
    if unnamed:
        figure.legend(handles=unnamed, loc="outside lower right", frameon=False, fontsize=SMALL)
    if not points:
        say(axes, "no point to draw")
    return Drawing(figure, title, " ".join([note, *_said(points, threshold)]))


def _floor(points: Iterable[Row]) -> float:
    """Where a device that computes nothing stands on a logarithmic axis: a decade from the rest."""
    least = min((row.device_macs for row in points if row.device_macs), default=1e5)
    return float(10 ** (math.floor(math.log10(least)) - 1))


def _place(row: Row, floor: float) -> tuple[float, float]:
    return row.device_macs or floor, row.payload_bits_mean or 0


def _marks(
    axes: "Axes", points: Sequence[Row], look: dict[str, Look], threshold: float, floor: float
) -> None:
    """Failures beneath, then what qualifies, ours last; a mark under others is larger than they.

    Hollow: below the threshold. Struck through: it does not fit on the device.
    """
    layers = [(label, row) for label, mine in series(points) for row in mine]
    layers.sort(key=lambda each: qualifies(each[1], threshold))  # stable: ours stay last
    at = [axes.transData.transform(_place(row, floor)) for _, row in layers]
    near = SIZE * axes.figure.dpi / 72
    for k, (label, row) in enumerate(layers):
        over = sum(math.dist(at[k], other) < near for other in at[k + 1 :])
        sound, colour = qualifies(row, threshold), look[label]["color"]
        paint = {"mfc": colour, "mec": "white"} if sound else {"mfc": "white", "mec": colour}
        style = sized(look[label], SIZE + over * RING) | {"linestyle": "none"}
        axes.plot(*_place(row, floor), zorder=3 + k / 1e3, **style | paint)
        if row.deployable is False:
            axes.plot(*_place(row, floor), zorder=3 + (k + 0.5) / 1e3, **STRUCK)


def _names(
    axes: "Axes",
    points: Sequence[Row],
    look: dict[str, Look],
    floor: float,
    png: float | None,
) -> "list[Artist]":
    """Ours bear their split points, each method its name; gives handles of those without room."""
    words, unnamed = Words(axes), list["Artist"]()
    rising = sorted(points, key=lambda row: row.payload_bits_mean or 0)
    highest = {r.split_point: _place(r, floor) for r in rising if r.method == OURS}
    for name, place in highest.items():  # of several points at a split, the one of the most bits
        words.beside(name, [place], GREY)
    for label, mine in reversed(series(points)):
        ordered = sorted(mine, key=lambda row: (-(row.device_macs or 0), row.payload_bits_mean))
        weight = "bold" if mine[0].method == OURS else "normal"
        places = [_place(row, floor) for row in ordered]
        if not words.beside(label, places, ink(look[label]), fontweight=weight):
            unnamed += axes.plot([], [], label=label, **look[label])
    if png:
        low, high = axes.get_xlim()
        along = [low * (high / low) ** (k / 20) for k in range(19, 0, -1)]
        words.beside("as many bits as the PNG", [(x, png) for x in along], GREY)
    return unnamed


def _key(threshold: float, device: str) -> "list[Artist]":
    """What filled, hollow and crossed marks mean."""
    from matplotlib.lines import Line2D

    base: dict[str, Any] = {"ls": "none", "marker": "o", "ms": SIZE, "color": GREY}
    return [
        Line2D([], [], label=f"filled: reaches {level(threshold)}", **base),
        Line2D([], [], label="hollow: does not", **base | {"mfc": "white"}),
        Line2D([], [], label=f"struck through: does not fit on {device}", **STRUCK),
    ]


def _axes_in_words(axes: "Axes", floor: float, idle: bool) -> None:
    """Ticks as `1 M`; the lowest says `none` where a device that computes nothing stands there."""
    plain_ticks(axes.xaxis, lambda macs: "none" if idle and macs == floor else short(macs))
    plain_ticks(axes.yaxis, short)


def _room(axes: "Axes", bits: Sequence[float]) -> None:
    """Around what is all at one height, which matplotlib has no scale for."""
    if bits and max(bits) < 1.1 * min(bits):
        axes.set_ylim(min(bits) / 2, 2 * max(bits))


def _amplification(axes: "Axes", points: Iterable[Row]) -> float | None:
    """The same axis as a multiple of the PNG's payload, with a line at 1; gives its bits."""
    known = [
        r.payload_bits_mean / r.amplification
        for r in points
        if r.payload_bits_mean and r.amplification
    ]
    if not known:
        return None
    png = known[0]
    axes.axhline(png, color=GREY, linewidth=1, linestyle=":")
    scale: Any = (lambda bits: bits / png, lambda times: times * png)
    right = axes.secondary_yaxis("right", functions=scale)
    right.set_ylabel("amplification (bits over the PNG's)", color=INK)
    plain_ticks(right.yaxis, lambda times: f"{times:g} x")
    right.tick_params(length=0, labelcolor=INK)
    right.spines[:].set_visible(False)
    return png


def _said(points: Sequence[Row], threshold: float) -> Iterable[str]:
    for label, mine in series(points):
        told = "; ".join(
            f"{row.split_point}, {short(row.device_macs or 0)} MACs, {sent(row)}"
            + ("" if qualifies(row, threshold) else ", below the threshold")
            + (", does not fit" if row.deployable is False else "")
            for row in mine
        )
        yield f"{label}: {told}."
