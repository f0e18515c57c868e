"""The figures hold what the rows say, and drawing the same rows gives the same bytes."""

import pytest

from cosplit.record.figures import draw, latency, noise, tradeoff
from cosplit.row import Row
from cosplit.task import load_task

TASK, HARDWARE, HERE = load_task("cifar10"), "raspberry-pi-3", "0.93"


def row(method, macs, bits, qualifies=True, deployable=True, **more):
    latencies = {f"{rate:g}": macs / 1e6 + 125 * bits / rate for rate in TASK.rates}
    facts = {
        "task": "cifar10",
        "method": method,
        "point": f"conv4_x-bits{bits}",
        "split_point": "conv4_x",
        "settings": {},
        "accuracy": 0.94,
        "device_macs": macs,
        "payload_bits_mean": bits,
        "amplification": bits / 18_000,
        "latency_modelled_ms": latencies,
        "deployable": deployable,
        "hardware": HARDWARE,
        "qualifies": {HERE: qualifies},
    }
    return Row.model_validate(facts | more)


def lines(figure, axes=0):
    """Plotted lines by label."""
    found = figure.axes[axes].lines
    return {line.get_label(): line for line in found if not line.get_label().startswith("_")}


def test_fig3_fills_the_points_that_qualify():
    figure = tradeoff([row("a", 1e6, 100), row("a", 2e6, 50, qualifies=False)], 0.93)
    marks = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    hollow = {tuple(m.get_xdata()): m.get_markerfacecolor() == "none" for m in marks}
    assert hollow == {(1e6,): False, (2e6,): True}


def test_fig3_draws_two_points_of_one_method_at_one_place():
    """Seen: a run ended in a TypeError where two points cost and sent the same."""
    figure = tradeoff([row("a", 1e6, 100), row("a", 1e6, 100, point="twin")], 0.93)
    assert list(lines(figure)) == ["a"]


def test_fig4_takes_the_fastest_point_at_each_rate():
    heavy, chatty = row("a", 1e8, 8), row("a", 1e6, 1e5)
    figure = latency([heavy, chatty], TASK, HARDWARE)
    drawn = dict(zip(TASK.rates, lines(figure)["a"].get_ydata(), strict=True))
    for rate, ms in drawn.items():
        key = f"{rate:g}"
        both = heavy.latency_modelled_ms[key], chatty.latency_modelled_ms[key]
        assert ms == pytest.approx(min(both))


@pytest.mark.parametrize("unfit", [{"qualifies": False}, {"deployable": False}])
def test_fig4_leaves_out_what_does_not_qualify_or_fit(unfit):
    assert lines(latency([row("a", 1e6, 1, **unfit)], TASK, HARDWARE)) == {}


def test_fig5_takes_the_fewest_channel_uses_that_qualify():
    over = {"channel": "awgn10", "payload_bits_mean": None, "latency_modelled_ms": None}
    rows = [
        row("a", 1e6, 1, channel_uses=9, **over),
        row("a", 1e6, 2, channel_uses=5, **over),
        row("a", 1e6, 3, channel_uses=2, qualifies=False, **over),
    ]
    figure = noise(rows, TASK)
    uses = [line.get_ydata().tolist() for line in figure.axes[2].lines if len(line.get_xdata())]
    assert uses == [[5]]


def test_rows_of_other_tasks_and_failures_are_not_drawn(tmp_path):
    failed = row("failed", 1e6, 1, outcome="crash")
    other = row("other", 1e6, 1, task="digits")
    paths = draw([row("a", 1e6, 1), failed, other], TASK, HARDWARE, tmp_path)
    assert [path.name for path in paths] == ["fig3.svg", "fig4.svg", "fig5.svg"]
    for path in paths:
        text = path.read_text()
        assert "failed" not in text
        assert "other" not in text


def test_the_same_rows_give_the_same_bytes(tmp_path):
    one = draw([row("a", 1e6, 1)], TASK, HARDWARE, tmp_path / "one")
    two = draw([row("a", 1e6, 1)], TASK, HARDWARE, tmp_path / "two")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


def test_without_rows_a_figure_says_so(tmp_path):
    assert "no point to draw" in draw([], TASK, HARDWARE, tmp_path)[0].read_text()
