"""What all figures share: one look a method, axes, the legend, and the same bytes every time."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosplit.files import write_atomic
from cosplit.row import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Look = dict[str, Any]
MARKERS = "osD^vPX*<>"
LINES = ("-", "--", "-.", ":")
GREY = "0.4"


def label_of(row: Row) -> str:
    """The method, a code of its own for the channel apart."""
    return row.method + (" (JSCC)" if row.code == "symbols" else "")


def looks(rows: Iterable[Row]) -> dict[str, Look]:
    """Colour, mark and line by label: from all rows, so that every figure has the same."""
    import seaborn as sns

    colours = sns.color_palette("colorblind")
    return {
        label: {
            "color": colours[k % len(colours)],
            "marker": MARKERS[k % len(MARKERS)],
            "linestyle": LINES[k % len(LINES)],
        }
        for k, label in enumerate(sorted({label_of(row) for row in rows}))
    }


def series(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by label, in alphabetical order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(label_of(row), []).append(row)
    return sorted(found.items())


def canvas(title: str, size: tuple[float, float], **grid: Any) -> "tuple[Figure, Any]":
    """A figure of `size` inches and its axes, as `Figure.subplots` gives them."""
    import seaborn as sns
    from matplotlib.figure import Figure

    with sns.axes_style("whitegrid"), sns.plotting_context("notebook"):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(**grid)
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return figure, axes


def legend(figure: "Figure", axes: "Sequence[Axes]") -> "Figure":
    """One legend under all axes, each label once."""
    found = {
        text: handle
        for each in axes
        for handle, text in zip(*each.get_legend_handles_labels(), strict=True)
    }
    if found:
        figure.legend(found.values(), found.keys(), loc="outside lower center", ncols=3)
    return figure


def say(axes: "Axes", words: str) -> None:
    """Words in the middle of axes that have nothing, or not all, to show."""
    paper: dict[str, Any] = {"facecolor": "white", "edgecolor": "none"}
    place: dict[str, Any] = {"ha": "center", "va": "center", "transform": axes.transAxes}
    axes.text(0.5, 0.5, words, bbox=paper, **place)


@contextmanager
def reproducible() -> Iterator[None]:
    """Identifiers from a fixed salt and text as text, whatever the machine's settings and fonts."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "cosplit", "svg.fonttype": "none"})
        yield


def write(path: Path, figure: "Figure") -> Path:
    """The figure as SVG, without a date."""
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return write_atomic(path, file.getvalue())
