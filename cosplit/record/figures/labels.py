"""Words directly at lines and marks, where they neither overlap nor hide anything."""

from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, NamedTuple

from cosplit.record.figures.canvas import GREY, SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

PAD = 1.35
"""Of a line of words: its height with the room that keeps it from the next."""
BESIDE = (
    ((7, 0), "left", "center"),
    ((6, 6), "left", "bottom"),
    ((6, -6), "left", "top"),
    ((0, 8), "center", "bottom"),
    ((0, -8), "center", "top"),
    ((-7, 0), "right", "center"),
    ((-6, 6), "right", "bottom"),
    ((-6, -6), "right", "top"),
    ((12, 0), "left", "center"),
    ((9, 9), "left", "bottom"),
    ((9, -9), "left", "top"),
    ((0, 12), "center", "bottom"),
    ((0, -12), "center", "top"),
)
"""Where words may stand from a mark, the best first: points right and up, and their alignment."""
FAR = (
    ((-30, -14), "right", "center"),
    ((30, -14), "left", "center"),
    ((-30, 14), "right", "center"),
    ((30, 14), "left", "center"),
    ((-45, -30), "right", "center"),
    ((45, -30), "left", "center"),
    ((-45, 30), "right", "center"),
    ((45, 30), "left", "center"),
)
"""Where they stand with a line that leads to them, if nothing beside the mark is free."""
CLEAR = (3, 1)
"""Pixels, 100 an inch, that stay free around words beside a mark; the second where it is tight."""


class End(NamedTuple):
    """The end of a line and its words."""

    words: str
    x: float
    y: float
    color: str
    strong: bool = False


def name_ends(axes: "Axes", ends: Sequence[End]) -> bool:
    """Write each line's words to the right of the axes, at its height or as near as room allows.

    The figure must be settled. Gives False, and writes nothing, where the axes are too low for all.
    """
    from scipy.optimize import isotonic_regression

    ordered = sorted(ends, key=lambda end: end.y)
    heights = [_height(axes, end) for end in ordered]
    if not ordered or sum(heights) > axes.bbox.height:
        return not ordered
    # Nearest places that stay apart, by least squares under an order: each one's middle, less
    # what must lie beneath it.
    beneath = [sum(heights[:k]) + heights[k] / 2 for k in range(len(ordered))]
    middles = [axes.transData.transform((end.x, end.y))[1] - axes.bbox.y0 for end in ordered]
    free = [middle - under for middle, under in zip(middles, beneath, strict=True)]
    placed = isotonic_regression(free).x.clip(0, axes.bbox.height - sum(heights))
    for end, extra, under in zip(ordered, placed, beneath, strict=True):
        _end(axes, end, (extra + under) / axes.bbox.height)
    return True


def _height(axes: "Axes", end: End) -> float:
    return PAD * SMALL * axes.figure.dpi / 72 * len(end.words.splitlines())


def _end(axes: "Axes", end: End, fraction: float) -> None:
    axes.annotate(
        end.words,
        (end.x, end.y),
        (1.04, fraction),
        textcoords="axes fraction",
        va="center",
        color=end.color,
        fontsize=SMALL,
        fontweight="bold" if end.strong else "normal",
        annotation_clip=False,
        arrowprops={"arrowstyle": "-", "color": end.color, "linewidth": 0.7, "relpos": (0, 0.5)},
    )


class Words:
    """Places words beside marks, clear of what is drawn and of each other."""

    def __init__(self, axes: "Axes", taken: "Iterable[Text]" = ()) -> None:
        """Take what `axes` of a settled figure show by now, `taken` words too; hold the limits."""
        import numpy as np

        axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())
        self.axes = axes
        ink = [xy for line in axes.lines for xy in _ink(line, axes.figure.dpi)]
        self.drawn = np.array(ink).reshape(-1, 2)
        self.taken = [text.get_window_extent() for text in taken]

    def beside(
        self,
        words: str,
        places: Iterable[tuple[float, float]],
        color: str,
        within: tuple[float, float] | None = None,
        **style: Any,
    ) -> bool:
        """Write `words` at the first of `places` (data) that is clear; False: there is none.

        `within`: from where to where along x (data) the words may reach; None: the axes.
        """
        ends = [(x, 1) for x in within or self.axes.get_xlim()]
        low, high = self.axes.transData.transform(ends)[:, 0]
        style |= {"color": color, "fontsize": SMALL, "textcoords": "offset points"}
        text = self.axes.annotate(words, (0, 0), (0, 0), **style)
        tried = [*product(CLEAR, at := list(places), BESIDE), *product(CLEAR[:1], at, FAR)]
        for room, place, (offset, ha, va) in tried:
            text.xy, text.xyann = place, offset
            text.set(ha=ha, va=va)
            box = text.get_window_extent()
            if low <= box.x0 and box.x1 <= high and self._clear(box, room):
                self.taken.append(box)
                if (offset, ha, va) in FAR:
                    self._lead(place, offset)
                return True
        text.remove()
        return False

    def _lead(self, place: tuple[float, float], offset: tuple[int, int]) -> None:
        """A thin line from a mark to words that stand far from it."""
        line: Any = {"arrowstyle": "-", "color": GREY, "lw": 0.6, "shrinkA": 0, "shrinkB": 4}
        self.axes.annotate("", place, offset, textcoords="offset points", arrowprops=line)

    def _clear(self, box: "Bbox", room: int) -> bool:
        """Whether a box lies in the axes, `room` pixels from words and what is drawn."""
        paper, wide = self.axes.bbox, box.padded(room)
        inside = paper.y0 <= box.y0 and box.y1 <= paper.y1
        return inside and not wide.count_overlaps(self.taken) + wide.count_contains(self.drawn)


def _ink(line: "Line2D", dpi: float) -> list[list[float]]:
    """Pixels that a line and its marks cover, near enough: each 3 along it, each mark's square."""
    import numpy as np

    at = line.get_transform().transform(line.get_xydata())
    half = 0 if line.get_marker() in ("", "None") else line.get_markersize() * dpi / 144
    square = np.array([(x, y) for x in (-half, 0, half) for y in (-half, 0, half)])
    every: Any = line.get_markevery() or (0, 1)
    first, step = every
    found: list[list[float]] = (at[first::step, None] + square).reshape(-1, 2).tolist()
    if line.get_linestyle() != "None":
        for start, end in pairwise(at):
            steps = np.linspace(0, 1, int(np.hypot(*(end - start)) / 3) + 2)[:, None]
            found += (start + steps * (end - start)).tolist()
    return found
