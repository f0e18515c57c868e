"""Latency over rate: which points are drawn, by which rule."""

import pytest
from drawn import HARDWARE, TASK, fig4, front, lines, row, said

from cosplit.record.choose import latency_ms
from cosplit.record.fit import memory_limit


def test_latency_takes_the_fastest_point_at_each_rate():
    heavy, chatty = row("a", 1e8, 8), row("a", 1e6, 1e5)
    line = lines(fig4(heavy, chatty))["a"]
    drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert {TASK.rates[0], TASK.rates[-1]} < set(drawn)
    for rate, ms in drawn.items():
        assert ms == pytest.approx(min(latency_ms(heavy, rate), latency_ms(chatty, rate)))


@pytest.mark.parametrize("unfit", [{"qualifies": False}, {"deployable": False}])
def test_latency_leaves_out_what_does_not_qualify_or_fit(unfit):
    for figure in (fig4(row("a", 1e6, 1, **unfit)), front(row("a", 1e6, 1, **unfit))):
        assert not any("a" in lines(figure, axes) for axes in range(2))
        assert "no point reaches 93 % and fits" in said(figure)


@pytest.mark.parametrize("qualifies", [True, False])
def test_latency_shows_the_png_as_reference_whatever_its_accuracy(qualifies):
    png = row("png", 0, 18_000, qualifies=qualifies, peak_memory_bytes=1)
    figure = fig4(row("a", 1e6, 1), png)
    for axes in (0, 1):
        assert "png" not in lines(figure, axes)
        drawn = lines(figure, axes)["png (reference)"]
        assert drawn.get_linestyle() == ":"
        assert drawn.get_ydata()[0] == pytest.approx(125 * 18_000 / TASK.rates[0])


def test_latency_lets_measured_memory_decide_beside_the_papers_rule():
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
    assert "831 MiB: 4 of 5 points measured" in figure.axes[1].get_title("left")


def test_latencys_panels_have_equal_axes():
    left, right = fig4(row("a", 1e8, 1), row("b", 1e6, 9e4, peak_memory_bytes=1)).axes[:2]
    assert left.get_ylim() == right.get_ylim()
    assert left.get_xlim() == right.get_xlim()


def test_latency_says_in_words_that_no_memory_was_measured():
    (told,) = [each for each in said(fig4(row("a", 1e6, 1))) if "measured peak" in each]
    assert "pytest benchmarks --hardware raspberry-pi-3" in told


def test_the_memory_of_a_board_is_what_its_system_leaves():
    device = HARDWARE.device
    assert memory_limit(device) == device.emulation.memory_bytes
    bare = device.model_copy(update={"emulation": None})
    assert memory_limit(bare) == device.memory_bytes
