"""One look a method, whichever others are drawn: its colour, its mark and its line."""

from collections.abc import Iterable
from typing import Any

from cosplit.record.palette import colours
from cosplit.row import Row

Look = dict[str, Any]
OURS = "three_step"
"""The method that the benchmark is about: drawn last, so on top."""
NOISE_CODE = " (JSCC)"
MARKS = {
    "three_step": "o",
    "on_device": "^",
    "image_codec": "s",
    "bottlenet_plus_plus": "D",
    "two_step_pruning": "v",
    "original": "P",
    "png": "X",
}
OTHERS = "<>ph"
"""Marks of methods that are not the project's, taken in turn."""
SCALE = {"*": 1.5, "P": 1.2, "X": 1.2, "^": 1.15, "v": 1.15, "<": 1.15, ">": 1.15, "D": 0.9}
"""A mark's size so that all look alike; 1 where it is not named."""


DARKER = 0.72
"""Words' share of a mark's brightness."""


def label_of(row: Row) -> str:
    """The method, a code of its own for the channel apart."""
    return row.method + (NOISE_CODE if row.code == "symbols" else "")


def looks(rows: Iterable[Row]) -> dict[str, Look]:
    """Matplotlib's words for each label: a code for noise has its method's colour, dashed."""
    held = list(rows)
    colour = colours(row.method for row in held)
    lent = [method for method in colour if method not in MARKS]
    mark = MARKS | {method: OTHERS[k % len(OTHERS)] for k, method in enumerate(lent)}
    return {
        label_of(row): {
            "color": colour[row.method],
            "marker": "*" if row.code == "symbols" else mark[row.method],
            "linestyle": "--" if row.code == "symbols" else "-",
        }
        for row in held
    }


def ink(look: Look) -> str:
    """The look's colour for words: darker, since letters need more contrast than marks do."""
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = to_rgb(look["color"])
    return to_hex((DARKER * red, DARKER * green, DARKER * blue))


def sized(look: Look, points: float) -> Look:
    """The same look at a size that looks like `points`."""
    return look | {"markersize": points * SCALE.get(look["marker"], 1)}


def series(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by label, in the order of drawing: alphabetical, ours last."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(label_of(row), []).append(row)
    return sorted(found.items(), key=lambda pair: (pair[1][0].method == OURS, pair[0]))
