"""No words of a figure overlap, hide anything, or are cut."""

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from drawn import TASK, fig3, fig4, fig5, front, row, words
from matplotlib.text import Text

from cosplit.record.check import read_entries
from cosplit.record.choose import reference
from cosplit.record.figures.canvas import settle
from cosplit.record.figures.labels import End, Words, name_ends
from cosplit.record.figures.write import reproducible

LEADERBOARD = Path(__file__).parents[3] / "leaderboard"
NAMES = ("tradeoff", "latency", "noise", "winners")


def real():
    return [r for entry in read_entries(LEADERBOARD) for r in entry.points]


def drawings(rows):
    return {
        "tradeoff": fig3(*reference(rows)),
        "latency": fig4(*reference(rows)),
        "noise": fig5(*rows),
        "winners": front(*reference(rows)),
    }


@pytest.fixture(scope="module")
def published():
    with reproducible():
        found = drawings([each for each in real() if each.task == TASK.name])
        for figure in found.values():
            settle(figure)
            figure.draw_without_rendering()
        yield found


@pytest.mark.parametrize("name", NAMES)
def test_no_words_of_the_published_figures_overlap_or_are_cut(published, name):
    figure = published[name]
    boxes = {text.get_text(): Text.get_window_extent(text) for text in words(figure)}
    for (one, a), (two, b) in combinations(boxes.items(), 2):
        assert not a.padded(-1).overlaps(b.padded(-1)), (one, two)
    for text, box in boxes.items():
        assert figure.bbox.padded(1).contains(*box.min), text
        assert figure.bbox.padded(1).contains(*box.max), text


@pytest.mark.parametrize("name", ["latency", "winners"])
def test_every_published_line_is_named_at_its_end(published, name):
    figure = published[name]
    for axes in figure.axes:
        drawn = {line.get_label() for line in axes.lines if not line.get_label().startswith("_")}
        assert drawn <= {text.get_text() for text in axes.texts}
    assert all(legend.get_texts() == [] for legend in figure.legends)


def plain():
    from cosplit.record.figures.canvas import canvas

    figure, axes = canvas("title", (5, 3))
    axes.plot([0, 1], [0, 1])
    settle(figure)
    return axes


def test_words_at_ends_keep_their_order_and_stay_apart():
    axes = plain()
    assert name_ends(axes, [End(f"line {k}", 1, 0.5 + k / 1e3, "black") for k in range(5)])
    axes.figure.draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in axes.texts]
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))
    assert boxes[0].y0 >= axes.bbox.y0 - 1


def test_lines_without_room_for_their_names_get_a_legend():
    axes = plain()
    assert not name_ends(axes, [End(f"line {k}", 1, 0.5, "black") for k in range(50)])
    assert not axes.texts
    figure = fig4(*(row(f"method{k:02}", 1e6, 10 + k) for k in range(30)))
    (legend,) = figure.legends
    assert len(legend.get_texts()) == 30


def test_words_beside_a_mark_give_way_to_others():
    written = Words(plain())
    assert all(written.beside(f"word {k}", [(0.5, 0.5)], "black") for k in range(4))
    assert not written.beside("a word wider than the paper " * 9, [(0.5, 0.5)], "black")
    texts = [text for text in written.axes.texts if text.get_text()]
    boxes = [Text.get_window_extent(text) for text in texts]
    assert len(boxes) == 4
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
