"""Fig. 5: accuracy and channel uses over noise, split at conv4_x.

A code of bits is charged bits / capacity, as in the paper: a channel code without error and without
end. For the learned source code a second curve shows what a code of that length can do. JSCC is
charged the symbols it sends.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cosplit.record.figures.canvas import GREY, Look, canvas, label_of, legend, looks, say
from cosplit.record.finite_blocklength import BLOCK_ERROR, channel_uses, law
from cosplit.row import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = {"awgn": "SNR (dB a real symbol)", "bsc": "bit flip rate"}
SOURCE_CODE = "three_step"
CURVES = {
    SOURCE_CODE: ("conv4_x", "learned source code, at capacity"),
    "three_step (JSCC)": ("conv4_x", "JSCC"),
    "png": ("input", "input data (png), at capacity"),
    "original": ("conv4_x", "original feature, at capacity"),
}
"""By label: the split point, and the curve's name. The paper's four."""


def noise(rows: Sequence[Row], threshold: float) -> "Figure":
    """Accuracy (upper) and channel uses an image (lower) over each kind of noise."""
    figure, grid = canvas(
        f"Fig. 5: split at conv4_x; filled marks reach {threshold:.1%}",
        (9, 7),
        nrows=2,
        ncols=2,
        sharex="col",
    )
    by_label = looks(rows)
    for column, (kind, meaning) in zip(grid.T, KINDS.items(), strict=True):
        curves = _curves(rows, kind, threshold)
        for label, front in curves.items():
            _draw(column, front, CURVES[label][1], by_label[label], f"{threshold:g}")
        if SOURCE_CODE in curves:
            _finite(column[1], curves[SOURCE_CODE], by_label[SOURCE_CODE])
        column[0].axhline(threshold, color=GREY, linewidth=1, linestyle=":")
        levels = sorted({level for front in curves.values() for level in front})
        column[1].set(yscale="log", xlabel=meaning, xticks=levels)
        column[1].set_xticklabels(f"{level:g}" for level in levels)
        if not curves:
            say(column[0], "no point to draw")
    grid[0][0].set_ylabel("accuracy")
    grid[1][0].set_ylabel("channel uses an image")
    return legend(figure, list(grid.flat))


def _curves(rows: Iterable[Row], kind: str, threshold: float) -> dict[str, dict[float, Row]]:
    """By label, the row of each level of noise."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        label = label_of(row)
        drawn = label in CURVES and row.split_point == CURVES[label][0]
        if drawn and row.outcome == "ok" and row.channel_uses and row.channel.startswith(kind):
            found.setdefault(label, []).append(row)
    return {label: _cheapest(found[label], kind, threshold) for label in CURVES if label in found}


def _draw(
    column: "Sequence[Axes]", front: Mapping[float, Row], name: str, look: Look, threshold: str
) -> None:
    """Filled marks where the row qualifies."""
    accuracies = {level: row.accuracy or 0 for level, row in front.items()}
    uses = {level: row.channel_uses or 0 for level, row in front.items()}
    for axes, values in zip(column, (accuracies, uses), strict=True):
        axes.plot(
            *zip(*values.items(), strict=True), label=name, **look | {"markerfacecolor": "none"}
        )
        sound = [level for level, row in front.items() if row.qualifies.get(threshold)]
        axes.plot(sound, [values[level] for level in sound], **look | {"linestyle": "none"})


def _finite(axes: "Axes", front: Mapping[float, Row], look: Look) -> None:
    """The same messages under the best channel code of finite length (normal approximation)."""
    uses = [channel_uses(law(row.channel), row.payload_bits_mean or 1) for row in front.values()]
    name = f"learned source code, block error {BLOCK_ERROR:g}"
    axes.plot(list(front), uses, label=name, **look | {"linestyle": ":", "markerfacecolor": "none"})


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
