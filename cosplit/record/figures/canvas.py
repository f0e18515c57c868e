"""What all figures share: axes with a title and a note, words in them, and a legend."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

INK, GREY = "#222222", "#595959"
"""Words, and what stands back; both 7:1 or better on white."""
WIDE = 10
"""Letters of a title that an inch holds."""
SMALL = 9
"""Points: the least that is read at a figure's own size."""


def canvas(title: str, size: tuple[float, float], **grid: Any) -> "tuple[Figure, Any]":
    """A figure of `size` inches and its axes, as `Figure.subplots` gives them."""
    import seaborn as sns
    from matplotlib.figure import Figure

    with sns.axes_style("whitegrid", {"axes.edgecolor": "0.75", "grid.color": "0.91"}):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(**grid)
    lines = title if len(title) <= WIDE * size[0] else title.replace(": ", ":\n", 1)
    figure.suptitle(
        lines,
        x=0.01,
        ha="left",
        fontsize=12,
        fontweight="bold",
        color=INK,
    )
    return figure, axes


def settle(figure: "Figure") -> None:
    """Lay the axes out, so that what is placed next knows where on the paper things are."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)


def plain_ticks(axis: "Axis", say: Callable[[float], str]) -> None:
    """A logarithmic axis with its decades alone, in words."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    axis.set_major_formatter(FuncFormatter(lambda value, _: say(value)))
    axis.set_minor_locator(NullLocator())


def foot(figure: "Figure", note: str, handles: "Sequence[Artist]" = ()) -> None:
    """Under all axes, what is drawn in words and, where there are any, a legend of `handles`."""
    if not handles:
        figure.supxlabel(note, x=0.01, ha="left", fontsize=SMALL, color=GREY)
        return
    legend = figure.legend(
        handles=handles,
        title=note,
        loc="outside lower left",
        ncols=4,
        alignment="left",
        fontsize=SMALL,
        title_fontsize=SMALL,
        labelcolor=INK,
        frameon=False,
        borderaxespad=0.2,
    )
    legend.get_title().set_color(GREY)


def say(axes: "Axes", words: str) -> None:
    """Words in the middle of axes that have nothing, or not all, to show."""
    paper: dict[str, Any] = {"facecolor": "white", "edgecolor": "none"}
    place: dict[str, Any] = {"ha": "center", "va": "center", "transform": axes.transAxes}
    axes.text(0.5, 0.5, words, bbox=paper, color=INK, **place)
