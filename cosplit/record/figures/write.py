"""A drawing as a file: the same bytes every time, and words for those who do not see it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

from cosplit.errors import Misuse
from cosplit.files import write_atomic
from cosplit.record.figures.canvas import settle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "pdf", "png")
DOTS_PER_INCH = 200
"""Of a PNG: twice what a screen shows of a figure at its size."""


class Drawing(NamedTuple):
    """A figure, and what a screen reader says of it."""

    figure: "Figure"
    title: str
    description: str


def formats(text: str) -> list[str]:
    """The formats named in a comma separated list, each once.

    Raises:
        Misuse: one that cannot be written.
    """
    asked = list(dict.fromkeys(word.strip().lower() for word in text.split(",")))
    for name in asked:
        if name not in FORMATS:
            raise Misuse(f"unknown format {name!r}; choose from {', '.join(FORMATS)}")
    return asked


@contextmanager
def reproducible() -> Iterator[None]:
    """Identifiers from a fixed salt and text as text, whatever the machine's settings and fonts.

    A reader's font stands in for an SVG's; PDF and PNG hold the one that matplotlib brings.
    """
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "cosplit", "svg.fonttype": "none", "pdf.fonttype": 42})
        yield


def write(path: Path, drawing: Drawing) -> Path:
    """The drawing in the format that the path's suffix names, without a date.

    Raises:
        CosplitError: the folder cannot be written.
    """
    kind, file = path.suffix[1:], io.BytesIO()
    metadata: dict[str, Any] = {
        "svg": {"Date": None},
        "pdf": {"CreationDate": None, "Title": drawing.title, "Subject": drawing.description},
        "png": {"Software": None, "Title": drawing.title, "Description": drawing.description},
    }
    settle(drawing.figure)
    drawing.figure.set_layout_engine("none")  # laid out once: all formats show the same
    drawing.figure.savefig(file, format=kind, dpi=DOTS_PER_INCH, metadata=metadata[kind])
    data = file.getvalue()
    return write_atomic(path, _spoken(data.decode(), path.stem, drawing) if kind == "svg" else data)


def _spoken(svg: str, name: str, drawing: Drawing) -> str:
    """The SVG as one image with a title and a description (W3C, SVG 2, 5.7)."""
    ids = f'role="img" aria-labelledby="{name}-title {name}-desc"'
    title = f'<title id="{name}-title">{escape(drawing.title)}</title>'
    description = f'<desc id="{name}-desc">{escape(drawing.description)}</desc>'
    opened = svg.replace("<svg ", f"<svg {ids} ", 1)
    return opened.replace(" <metadata>", f" {title}\n {description}\n <metadata>", 1)
