"""The front page's figure says who is the fastest, and where that changes."""

import pytest
from drawn import HARDWARE, TASK, front, row, said
from matplotlib.text import Text

from cosplit.record.figures import winners
from cosplit.record.figures.winners import reigns


def test_the_winner_changes_where_two_latencies_meet():
    slow, fast = row("a", 10e6, 8), row("b", 1e6, 800)  # 10 + 1,000 / r = 1 + 100,000 / r
    first, second = reigns([slow, fast], TASK.rates)
    assert (first.row.method, second.row.method) == ("a", "b")
    assert first.low, second.high == (TASK.rates[0], TASK.rates[-1])
    assert first.high == second.low == pytest.approx(99_000 / 9, rel=1e-3)


def test_the_front_page_names_the_winning_points_and_where_they_change():
    drawing = winners([row("a", 10e6, 8), row("b", 1e6, 800)], TASK, HARDWARE, 0.93)
    told = said(drawing.figure)
    assert {"conv4_x: 8 bits", "conv4_x: 800 bits", "11 kB/s"} < set(told)
    assert told.count("a") == told.count("b") == 2  # at the bar, and at the line's end
    assert "11 kB/s to 1 MB/s: b, conv4_x: 800 bits." in drawing.description


def test_the_front_page_says_what_we_send_within_the_rates_where_we_send_it():
    """Seen: the words of our second point stood under the range of the first."""
    few, many = row("three_step", 10e6, 8), row("three_step", 1e6, 800)
    figure = front(few, many, row("a", 9e6, 4))
    axes = figure.axes[1]
    change = axes.transData.transform((99_000 / 9, 1))[0]
    boxes = {t.get_text(): Text.get_window_extent(t) for t in axes.texts}
    assert boxes["conv4_x: 8 bits"].x1 <= change
    assert boxes["conv4_x: 800 bits"].x0 >= change
