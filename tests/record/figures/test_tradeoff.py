"""Computation against bits: what the marks say, and that none is hidden."""

from itertools import pairwise

import pytest
from drawn import fig3, marks, row, said


def test_the_tradeoff_fills_the_points_that_qualify():
    drawn = marks(fig3(row("a", 1e6, 100), row("a", 2e6, 50, qualifies=False)))
    hollow = {mark.get_xdata()[0]: mark.get_markerfacecolor() == "white" for mark in drawn}
    assert hollow == {1e6: False, 2e6: True}


def test_the_tradeoff_draws_two_points_of_one_method_at_one_place():
    """Seen: a run ended in a TypeError where two points cost and sent the same."""
    assert len(marks(fig3(row("a", 1e6, 100), row("a", 1e6, 100, point="twin")))) == 2


def test_the_tradeoff_draws_the_png_alone():
    """Seen: a run of `png` alone ended in a traceback, all of it being at one height."""
    bits = 18_019.2
    figure = fig3(row("png", 0, bits, amplification=1.0))
    low, high = figure.axes[0].get_ylim()
    assert low < bits / 1.5 < 1.5 * bits < high


def test_the_tradeoff_hides_no_mark_behind_another():
    """Seen: the front's best point lay beneath a failing mark of another method."""
    failing = row("three_step", 1e6, 100, qualifies=False)
    drawn = marks(fig3(failing, *(row(name, 1e6, 100) for name in "abc")))
    assert drawn[0].get_markerfacecolor() == "white"
    sizes = [mark.get_markersize() for mark in drawn]
    assert all(below > above + 1 for below, above in pairwise(sizes))


def test_the_tradeoff_strikes_through_what_does_not_fit():
    figure = fig3(row("a", 1e6, 100), row("a", 1e8, 10, deployable=False))
    struck = [line for line in figure.axes[0].lines if isinstance(line.get_marker(), tuple)]
    assert [line.get_xdata()[0] for line in struck] == [1e8]
    assert any("struck through: does not fit on raspberry-pi-3" in each for each in said(figure))


def test_the_tradeoff_names_each_split_point_of_our_method_once_at_its_mark_of_most_bits():
    ours = {"conv1": (1e6, 100), "conv4_x": (1e8, 8)}
    rows = [row("three_step", *place, split_point=name) for name, place in ours.items()]
    rows += [row("three_step", 1e8, 16), row("a", 1e7, 9)]
    figure = fig3(*rows, row("on_device", 5e8, 4), row("image_codec", 0, 5_000))
    named = [(t.get_text(), t.xy) for t in figure.axes[0].texts if t.get_text().startswith("conv")]
    assert sorted(named) == [("conv1", (1e6, 100)), ("conv4_x", (1e8, 16))]
    assert {"three_step", "a", "on_device", "image_codec"} < set(said(figure))


def test_the_tradeoff_marks_the_png_as_amplification_1():
    figure = fig3(row("a", 1e6, 100), row("b", 1e6, 36_000))
    (text,) = [t for t in figure.axes[0].texts if "PNG" in t.get_text()]
    assert text.xy[1] == pytest.approx(18_000)


def test_the_tradeoff_says_that_a_device_computes_nothing():
    figure = fig3(row("png", 0, 18_000), row("a", 3e6, 100))
    (still,) = [mark for mark in marks(figure) if mark.get_ydata()[0] == 18_000]
    place = still.get_xdata()[0]
    assert figure.axes[0].xaxis.get_major_formatter()(place) == "none"
    assert place == 1e5
