"""The front page's figure says who is the fastest, and where that changes."""

import pytest
from drawn import HARDWARE, TASK, row, said

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
