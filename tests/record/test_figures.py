"""The figures hold what the rows say, and drawing the same rows gives the same bytes."""

import pytest

from cosplit.measure.hardware import Hardware
from cosplit.record.figures import draw, latency, noise, tradeoff
from cosplit.record.figures.latency import memory_limit
from cosplit.record.finite_blocklength import channel_uses, law
from cosplit.row import Row
from cosplit.task import load_task

TASK, HARDWARE, HERE = load_task("cifar10"), Hardware.parse("raspberry-pi-3"), "0.93"


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
        "hardware": HARDWARE.name,
        "qualifies": {HERE: qualifies},
    }
    return Row.model_validate(facts | more)


def fig4(*rows):
    return latency(rows, TASK, HARDWARE, 0.93)


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


def test_fig3_hides_no_mark_behind_another_methods():
    figure = tradeoff([row(name, 1e6, 100) for name in "abc"], 0.93)
    marks = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    sizes = [mark.get_markersize() for mark in marks if mark.get_marker() not in ("", "None")]
    assert len(set(sizes)) == len("abc")
    assert sizes == sorted(sizes, reverse=True)


def test_fig3_names_each_split_point_of_our_method_once_beside_its_mark():
    ours = {"conv1": (1e6, 100), "conv4_x": (1e8, 8)}
    rows = [row("three_step", *place, split_point=name) for name, place in ours.items()]
    rows += [row("three_step", 1e8, 16), row("a", 1e7, 9)]
    figure = tradeoff([*rows, row("on_device", 5e8, 4), row("image_codec", 0, 5_000)], 0.93)
    figure.draw_without_rendering()
    words = [t for t in figure.axes[0].texts if "PNG" not in t.get_text()]
    named = sorted((t.get_text(), t.xy) for t in words)
    assert named == [("conv1", (1e6, 100)), ("conv4_x", (1e8, 16))]
    for text in words:
        left, bottom = text.get_window_extent().min
        mark = figure.axes[0].transData.transform(text.xy)
        assert left > mark[0] + 3
        assert bottom > mark[1] - 3
    assert {"on_device", "image_codec"} < set(lines(figure))


def test_fig3_marks_the_png_as_amplification_1():
    figure = tradeoff([row("a", 1e6, 100), row("b", 1e6, 36_000)], 0.93)
    (text,) = figure.axes[0].texts
    assert (text.get_text(), text.xy[1]) == ("amplification 1: the PNG", pytest.approx(18_000))


def test_fig4_takes_the_fastest_point_at_each_rate():
    heavy, chatty = row("a", 1e8, 8), row("a", 1e6, 1e5)
    figure = fig4(heavy, chatty)
    drawn = dict(zip(TASK.rates, lines(figure)["a"].get_ydata(), strict=True))
    for rate, ms in drawn.items():
        key = f"{rate:g}"
        both = heavy.latency_modelled_ms[key], chatty.latency_modelled_ms[key]
        assert ms == pytest.approx(min(both))


@pytest.mark.parametrize("unfit", [{"qualifies": False}, {"deployable": False}])
def test_fig4_leaves_out_what_does_not_qualify_or_fit(unfit):
    assert lines(fig4(row("a", 1e6, 1, **unfit))) == {}


@pytest.mark.parametrize("qualifies", [True, False])
def test_fig4_shows_the_png_as_reference_whatever_its_accuracy(qualifies):
    png = row("png", 0, 18_000, qualifies=qualifies, peak_memory_bytes=1)
    figure = fig4(row("a", 1e6, 1), png)
    for axes in (0, 1):
        assert "png" not in lines(figure, axes)
        reference = lines(figure, axes)["png (reference)"]
        assert reference.get_linestyle() == ":"
        assert reference.get_ydata()[0] == pytest.approx(125 * 18_000 / TASK.rates[0])


def test_fig4_lets_measured_memory_decide_beside_the_papers_rule():
    limit = memory_limit(HARDWARE.device)
    figure = fig4(
        row("both", 1e6, 1, peak_memory_bytes=limit),
        row("by_memory", 1e6, 1, deployable=False, peak_memory_bytes=1),
        row("by_share", 1e6, 1, peak_memory_bytes=limit + 1),
        row("killed", 1e6, 1, outcome_emulated="oom"),
        row("unmeasured", 1e6, 1),
        row("inaccurate", 1e6, 1, qualifies=False, peak_memory_bytes=1),
    )
    assert set(lines(figure, 0)) == {"both", "by_share", "killed", "unmeasured"}
    assert set(lines(figure, 1)) == {"both", "by_memory"}
    assert "831 MiB: 4 of 5 points measured" in figure.axes[1].get_title()


def test_fig4_says_in_words_that_no_memory_was_measured():
    (words,) = fig4(row("a", 1e6, 1)).axes[1].texts
    assert "no point has a measured peak" in words.get_text()
    assert "pytest benchmarks --hardware raspberry-pi-3" in words.get_text()


def test_the_memory_of_a_board_is_what_its_system_leaves():
    device = HARDWARE.device
    assert memory_limit(device) == device.emulation.memory_bytes
    bare = device.model_copy(update={"emulation": None})
    assert memory_limit(bare) == device.memory_bytes


def over(channel, uses, method="three_step", **more):
    facts = {"channel": channel, "channel_uses": uses, "latency_modelled_ms": None}
    return row(method, 1e6, more.pop("bits", 16), **facts | more)


def symbols(channel, uses, **more):
    return over(channel, uses, code="symbols", payload_bits_mean=None, **more)


FINITE = "learned source code, block error 0.001"


def test_fig5_fills_the_marks_that_qualify():
    rows = [symbols("awgn10", 9), symbols("awgn0", 9, qualifies=False)]
    for axes in noise(rows, 0.93).axes[:3:2]:
        curve, filled = axes.lines[:2]
        assert curve.get_markerfacecolor() == "none"
        assert curve.get_xdata().tolist() == [0, 10]
        assert filled.get_markerfacecolor() != "none"
        assert filled.get_xdata() == [10]


def test_fig5_takes_the_fewest_channel_uses_that_qualify():
    rows = [
        symbols("awgn10", 9, point="a"),
        symbols("awgn10", 5, point="b"),
        symbols("awgn10", 2, point="c", qualifies=False),
    ]
    assert lines(noise(rows, 0.93), 2)["JSCC"].get_ydata().tolist() == [5]


def test_fig5_draws_the_papers_four_curves_and_a_code_of_finite_length():
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
    figure = noise(rows, 0.93)
    for axes, channels in ((2, ("awgn0", "awgn20")), (3, ("bsc0.01", "bsc0.2"))):
        drawn = {label: line.get_ydata().tolist() for label, line in lines(figure, axes).items()}
        assert drawn == {
            "learned source code, at capacity": [32, 32],
            "JSCC": [9, 9],
            "input data (png), at capacity": [4e4, 4e4],
            "original feature, at capacity": [3e4, 3e4],
            FINITE: [channel_uses(law(channel), 16) for channel in channels],
        }
    assert lines(figure, 0).keys() == lines(figure, 2).keys() - {FINITE}


def test_a_method_looks_the_same_in_every_figure():
    rows = [row("a", 1e6, 1), row("b", 1e6, 1, qualifies=False), over("awgn0", 9)]
    first, third = tradeoff(rows, 0.93), noise(rows, 0.93)
    ours = [
        lines(figure, axes)[label].get_color()
        for figure, axes, label in (
            (tradeoff([*rows, row("three_step", 1, 1)], 0.93), 0, "three_step"),
            (third, 2, "learned source code, at capacity"),
        )
    ]
    assert ours[0] == ours[1]
    assert lines(first)["b"].get_color() != lines(first)["a"].get_color()


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


def test_the_bytes_do_not_depend_on_the_readers_settings(tmp_path):
    import matplotlib as mpl

    one = draw([row("a", 1e6, 1)], TASK, HARDWARE, tmp_path / "one")
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9}):
        two = draw([row("a", 1e6, 1)], TASK, HARDWARE, tmp_path / "two")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


def test_the_threshold_can_be_another_of_the_tasks(tmp_path):
    lower = row("a", 1e6, 1, qualifies=False)
    lower.qualifies["0.91"] = True
    at = {
        t: draw([lower], TASK, HARDWARE, tmp_path / f"{t}", t)[1].read_text() for t in (0.93, 0.91)
    }
    assert "no point reaches 93.0% and fits" in at[0.93]
    assert "no point reaches" not in at[0.91]


def test_without_rows_a_figure_says_so(tmp_path):
    assert "no point to draw" in draw([], TASK, HARDWARE, tmp_path)[0].read_text()
