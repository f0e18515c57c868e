"""The paper's three figures, drawn from rows; each one a seaborn SVG that needs no network.

Fig. 3: computation on the device against bits sent. Fig. 4: latency against rate, each method at
its fastest point that qualifies and fits. Fig. 5: accuracy and channel uses over noise.
"""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosplit.files import write_atomic
from cosplit.record.choose import candidates, choose, latency_ms, qualifies
from cosplit.row import Row
from cosplit.task import Task

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Look = dict[str, Any]
MARKERS = "osD^vPX*<>"
LINES = ("-", "--", "-.", ":")
THIN = {"marker": "", "linewidth": 0.8, "alpha": 0.5}
KINDS = {"awgn": "SNR (dB a real symbol)", "bsc": "bit flip rate"}
FLOOR_MACS = 1e4
"""Where a device that computes nothing is drawn on a logarithmic axis."""
NOISE_SPLIT = ("input", "conv4_x")
"""The paper's split point in Fig. 5, and the input itself."""


def draw(rows: Sequence[Row], task: Task, hardware: str, folder: Path) -> list[Path]:
    """All three figures of one task and hardware, as `<folder>/fig{3,4,5}.svg`."""
    import matplotlib as mpl

    kept = [row for row in rows if row.task == task.name]
    drawn = {
        "fig3": tradeoff(kept, task.threshold),
        "fig4": latency(kept, task, hardware),
        "fig5": noise(kept, task),
    }
    with mpl.rc_context({"svg.hashsalt": "cosplit", "svg.fonttype": "none"}):
        return [_write(folder / f"{name}.svg", figure) for name, figure in drawn.items()]


def tradeoff(rows: Iterable[Row], threshold: float) -> "Figure":
    """Fig. 3: device MACs against payload bits, filled marks where the point qualifies."""
    points = [
        row
        for row in rows
        if row.channel == "noiseless" and row.outcome == "ok" and row.payload_bits_mean
    ]
    figure, axes = _canvas(f"Fig. 3: filled marks reach {threshold:.1%}")
    for label, look, mine in _series(points):
        pairs = [(max(r.device_macs or 0, FLOOR_MACS), r.payload_bits_mean, r) for r in mine]
        pairs.sort(key=lambda p: (*p[:2], p[2].key))
        axes.plot(*zip(*(p[:2] for p in pairs), strict=True), **look | THIN)
        for macs, bits, row in pairs:
            filled = {} if qualifies(row, threshold) else {"markerfacecolor": "none"}
            axes.plot(macs, bits, **look | {"linestyle": "none"} | filled)
        axes.plot([], [], label=label, **look | {"linestyle": "none"})
    axes.set(xscale="log", yscale="log", ylabel="payload (bits an image)")
    axes.set_xlabel(f"computation on the device (MACs an image; below {FLOOR_MACS:g} at the edge)")
    _amplification(axes, points)
    return _legend(figure, [axes])


def latency(rows: Sequence[Row], task: Task, hardware: str) -> "Figure":
    """Fig. 4: modelled latency over the rate grid, one line a method."""
    fit = candidates(rows, task.threshold, hardware)
    figure, axes = _canvas(f"Fig. 4: points at {task.threshold:.1%} that fit on {hardware}")
    for label, look, mine in _series(fit):
        best = [choose(mine, rate, hardware, task.threshold) for rate in task.rates]
        ms = [latency_ms(row, rate) for row, rate in zip(best, task.rates, strict=True)]
        axes.plot(task.rates, ms, label=label, **look)
    axes.set(xscale="log", yscale="log", xlabel="rate (bytes a second)")
    axes.set_ylabel("modelled latency (ms)")
    return _legend(figure, [axes])


def noise(rows: Sequence[Row], task: Task) -> "Figure":
    """Fig. 5: accuracy and channel uses over each noise grid, split at `NOISE_SPLIT`."""
    noisy = [
        row
        for row in rows
        if row.outcome == "ok" and row.channel_uses and row.split_point in NOISE_SPLIT
    ]
    figure, grid = _canvas("Fig. 5", 2, len(KINDS))
    looks = {label: look for label, look, _ in _series(noisy)}
    for column, (kind, meaning) in enumerate(KINDS.items()):
        upper, lower = grid[0][column], grid[1][column]
        here = [row for row in noisy if row.channel.startswith(kind)]
        for label, _, mine in _series(here):
            front = _cheapest(mine, kind, task.threshold)
            x = list(front)
            upper.plot(x, [r.accuracy for r in front.values()], label=label, **looks[label])
            lower.plot(x, [r.channel_uses for r in front.values()], **looks[label])
        upper.axhline(task.threshold, color="0.4", linewidth=1, linestyle=":")
        lower.set(yscale="log", xlabel=meaning)
    grid[0][0].set_ylabel("accuracy")
    grid[1][0].set_ylabel("channel uses an image")
    return _legend(figure, list(grid[0]))


def _cheapest(rows: Iterable[Row], kind: str, threshold: float) -> dict[float, Row]:
    """By noise level: the fewest channel uses that qualify, else the most accurate."""
    levels: dict[float, Row] = {}

    def merit(row: Row) -> tuple[bool, float]:
        sound = row.qualifies.get(f"{threshold:g}", False)
        return (sound, -(row.channel_uses or 0) if sound else row.accuracy or 0)

    for row in rows:
        level = float(row.channel.removeprefix(kind))
        if level not in levels or merit(row) > merit(levels[level]):
            levels[level] = row
    return dict(sorted(levels.items()))


def _series(rows: Iterable[Row]) -> "list[tuple[str, Look, list[Row]]]":
    """Rows by method (a code of its own for the channel apart), with colour, mark and line."""
    import seaborn as sns

    by_label: dict[str, list[Row]] = {}
    for row in rows:
        label = row.method + (" (JSCC)" if row.code == "symbols" else "")
        by_label.setdefault(label, []).append(row)
    colours = sns.color_palette("colorblind")
    return [
        (
            label,
            {
                "color": colours[k % len(colours)],
                "marker": MARKERS[k % len(MARKERS)],
                "linestyle": LINES[k % len(LINES)],
            },
            by_label[label],
        )
        for k, label in enumerate(sorted(by_label))
    ]


def _canvas(title: str, n_rows: int = 1, n_columns: int = 1) -> "tuple[Figure, Any]":
    import seaborn as sns
    from matplotlib.figure import Figure

    with sns.axes_style("whitegrid"), sns.plotting_context("notebook"):
        figure = Figure(figsize=(8, 5 + (n_rows - 1) * 2), layout="constrained")
        axes = figure.subplots(n_rows, n_columns, sharex="col" if n_rows > 1 else False)
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return figure, axes


def _legend(figure: "Figure", axes: "Sequence[Axes]") -> "Figure":
    """One legend under all axes, each label once; a figure without points says so."""
    found = {
        text: handle
        for each in axes
        for handle, text in zip(*each.get_legend_handles_labels(), strict=True)
    }
    if found:
        figure.legend(found.values(), found.keys(), loc="outside lower center", ncols=3)
    else:
        axes[0].text(0.5, 0.5, "no point to draw", ha="center", transform=axes[0].transAxes)
    return figure


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
    axes.axhline(png, color="0.4", linewidth=1, linestyle=":")
    scale: Any = (lambda bits: bits / png, lambda times: times * png)
    right = axes.secondary_yaxis("right", functions=scale)
    right.set_ylabel("amplification (payload over the PNG's)")


def _write(path: Path, figure: "Figure") -> Path:
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return write_atomic(path, file.getvalue())
