"""A method looks the same in every figure, and no two alike."""

from drawn import fig3, fig4, fig5, front, lines, marks, over, row, symbols

from cosplit.record.figures.looks import looks, series
from cosplit.record.palette import OWN, colours


def test_a_method_has_its_palettes_colour_in_every_figure():
    rows = [row("three_step", 1e6, 100), row("png", 0, 18_000), row("theirs", 1e7, 50)]
    expected = colours(r.method for r in rows)
    in_fig4, in_front = lines(fig4(*rows)), lines(front(*rows), 1)
    for name in ("three_step", "theirs"):
        assert in_fig4[name].get_color() == in_front[name].get_color() == expected[name]
    assert {mark.get_color() for mark in marks(fig3(*rows))} == set(expected.values())
    noisy = [over("awgn0", 9), over("awgn0", 8), symbols("awgn0", 9)]
    assert {curve.get_color() for curve in lines(fig5(*noisy), 2).values()} == {
        expected["three_step"]
    }


def test_a_code_for_noise_has_its_methods_colour_with_another_mark_and_line():
    look = looks([over("awgn0", 9), symbols("awgn0", 9)])
    bits, noisy = look["three_step"], look["three_step (JSCC)"]
    assert bits["color"] == noisy["color"]
    assert bits["marker"] != noisy["marker"]
    assert bits["linestyle"] != noisy["linestyle"]


def test_marks_differ_by_shape_and_do_not_depend_on_who_else_is_drawn():
    rows = [row(name, 1e6, 1) for name in (*OWN, "other", "third")]
    look = looks(rows)
    assert len({each["marker"] for each in look.values()}) == len(look)
    assert looks(rows[:1])[rows[0].method] == look[rows[0].method]


def test_ours_are_drawn_last():
    rows = [row(name, 1e6, 100) for name in ("three_step", "a", "z")]
    assert [label for label, _ in series(rows)] == ["a", "z", "three_step"]
    assert marks(fig3(*rows))[-1].get_color() == colours(["three_step"])["three_step"]
    assert list(lines(fig4(*rows)))[-1] == "three_step"
