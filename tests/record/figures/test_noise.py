"""Accuracy and channel uses over noise, with their bars and where uses change."""

import pytest
from drawn import fig5, lines, over, symbols

from cosplit.record.finite_blocklength import channel_uses, law

FINITE = "learned source code,\nblock error 0.001"


def test_noise_fills_the_marks_that_qualify():
    figure = fig5(symbols("awgn10", 9), symbols("awgn0", 9, qualifies=False))
    curve, filled = figure.axes[2].lines[:2]
    assert curve.get_markerfacecolor() == "white"
    assert list(curve.get_xdata()) == [0, 10]
    assert filled.get_markerfacecolor() != "white"
    assert list(filled.get_xdata()) == [10]


def test_noise_takes_the_fewest_channel_uses_that_qualify():
    figure = fig5(
        symbols("awgn10", 9, point="a"),
        symbols("awgn10", 5, point="b"),
        symbols("awgn10", 2, point="c", qualifies=False),
    )
    assert list(lines(figure, 2)["JSCC"].get_ydata()) == [5]


def test_noise_draws_the_papers_four_curves_and_a_code_of_finite_length():
    rows = [
        each
        for channel in ("awgn0", "awgn20", "bsc0.01", "bsc0.2")
        for each in (
            over(channel, 32.0),
            symbols(channel, 9),
            over(channel, 4e4, "png", split_point="input"),
            over(channel, 3e4, "original"),
            over(channel, 1, "original", split_point="conv3_x"),
            over(channel, 1, "bottlenet_plus_plus"),
        )
    ]
    figure = fig5(*rows)
    for axes, channels in ((2, ("awgn0", "awgn20")), (3, ("bsc0.01", "bsc0.2"))):
        drawn = {label: list(line.get_ydata()) for label, line in lines(figure, axes).items()}
        assert drawn == {
            "learned source code,\nat capacity": [32, 32],
            "JSCC": [9, 9],
            "input data (png),\nat capacity": [4e4, 4e4],
            "original feature,\nat capacity": [3e4, 3e4],
            FINITE: [channel_uses(law(channel), 16) for channel in channels],
        }
    assert lines(figure, 0).keys() == lines(figure, 2).keys() - {FINITE}


def bars(figure):
    """Upright bars of the first panel: their width, and from where to where."""
    upright = [line for line in figure.axes[0].lines if len(set(line.get_xdata())) == 1]
    return [(b.get_linewidth(), *b.get_ydata()) for b in upright if len(b.get_ydata()) == 2]


def test_noise_shows_intervals_and_the_spread_of_seeds_as_bars():
    def scored(accuracy, **more):
        bounds = {"accuracy_low": accuracy - 0.005, "accuracy_high": accuracy + 0.005}
        return symbols("awgn10", 9, accuracy=accuracy, **bounds, **more)

    figure = fig5(scored(0.93), scored(0.92, seed=1), scored(0.95, seed=2))
    assert bars(figure) == [pytest.approx((1, 0.925, 0.935)), (5, 0.92, 0.95)]
    assert list(lines(figure)["JSCC"].get_ydata()) == [0.93]  # seed 0 is the one that is ranked


def test_noise_gives_accuracy_the_same_range_over_every_kind_of_noise():
    figure = fig5(symbols("awgn10", 9, accuracy=0.5), symbols("bsc0.1", 9))
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()
    assert figure.axes[0].get_ylim()[0] < 0.5


def test_noise_says_where_the_best_point_and_with_it_the_uses_change():
    nine = [symbols(f"awgn{db}", 9, point="nine") for db in (0, 5, 10)]
    five = [symbols(f"awgn{db}", 5, point="five", qualifies=db > 5) for db in (0, 5, 10)]
    figure = fig5(*nine, *five)
    for panel in (0, 2):
        at = {t.get_text(): t.xy[0] for t in figure.axes[panel].texts if "uses" in t.get_text()}
        assert at == {"9 uses": 0, "5 uses": 10}
