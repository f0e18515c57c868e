"""What the figure of noise draws: of each curve, one point for each level of noise."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from cosplit.record.figures.looks import label_of
from cosplit.row import Row

SOURCE_CODE = "three_step"
CURVES = {
    "png": ("input", "input data (png),\nat capacity"),
    "original": ("conv4_x", "original feature,\nat capacity"),
    SOURCE_CODE: ("conv4_x", "learned source code,\nat capacity"),
    "three_step (JSCC)": ("conv4_x", "JSCC"),
}
"""By label, in the order of drawing: the split point, and the curve's name. The paper's four."""


class Front(NamedTuple):
    """A curve: its label and name, and the row of each level of noise, from the least up."""

    label: str
    name: str
    rows: dict[float, Row]

    def runs(self) -> list[list[float]]:
        """Levels in a row that one point is the best at."""
        return [list(run) for _, run in groupby(self.rows, lambda level: self.rows[level].point)]


def fronts(rows: Iterable[Row], kind: str, threshold: float) -> list[Front]:
    """The curves over one kind of noise that have a row."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        label = label_of(row)
        drawn = label in CURVES and row.split_point == CURVES[label][0]
        if drawn and row.outcome == "ok" and row.channel_uses and row.channel.startswith(kind):
            found.setdefault(label, []).append(row)
    return [
        Front(label, name, _cheapest(found[label], kind, threshold))
        for label, (_, name) in CURVES.items()
        if label in found
    ]


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


def interval(row: Row) -> tuple[float, float]:
    """The 95 % interval of an accuracy; the accuracy itself where the row has none."""
    here = row.accuracy or 0
    low, high = row.accuracy_low, row.accuracy_high
    return (here if low is None else low, here if high is None else high)


def of_all_seeds(row: Row, rows: Sequence[Row]) -> list[float]:
    """Accuracies of the same point over the same channel, each seed's, its own with them."""
    same = (row.method, row.point, row.channel, row.code)
    alike = [r for r in rows if (r.method, r.point, r.channel, r.code) == same]
    return [r.accuracy or 0 for r in alike if r.outcome == "ok"]
