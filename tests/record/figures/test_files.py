"""Figures as files: the same bytes each time, in each format, with words for screen readers."""

from xml.etree import ElementTree

import pytest
from drawn import HARDWARE, TASK, over, row

from cosplit.errors import CosplitError
from cosplit.record.figures import draw
from cosplit.record.figures.write import FORMATS, formats

NAMES = ("tradeoff", "latency", "noise", "winners")


def test_rows_of_other_tasks_and_failures_are_not_drawn(tmp_path):
    failed = row("failed", 1e6, 1, outcome="crash")
    other = row("other", 1e6, 1, task="digits")
    paths = draw([row("a", 1e6, 1), failed, other], TASK, HARDWARE, tmp_path)
    assert [path.name for path in paths] == [f"{name}.svg" for name in NAMES]
    for path in paths:
        text = path.read_text()
        assert "other" not in text
        assert ">failed<" not in text


ONE = [row("three_step", 1e6, 8), row("a", 1e7, 4), over("awgn10", 9)]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The figures of `ONE` in every format, drawn twice, the second time by another reader."""
    import matplotlib as mpl

    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    paths = draw(ONE, TASK, HARDWARE, one, formats=FORMATS)
    later = pytest.MonkeyPatch()
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9}), later.context() as patch:
        patch.setattr("time.time", lambda: 1.5e9)
        draw(ONE, TASK, HARDWARE, two, formats=FORMATS)
    return paths, [two / path.name for path in paths]


def test_the_same_rows_give_the_same_bytes_whenever_and_for_whomever_they_are_drawn(files):
    for one, two in zip(*files, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name


def test_each_format_is_what_its_name_says_and_has_the_title(files):
    paths, _ = files
    assert [path.name for path in paths[:3]] == ["tradeoff.svg", "tradeoff.pdf", "tradeoff.png"]
    assert [path.stem for path in paths[::3]] == list(NAMES)
    for path, start in zip(paths[:3], (b"<?xml", b"%PDF", b"\x89PNG"), strict=True):
        assert path.read_bytes().startswith(start)
    assert b"Computation on the device" in paths[2].read_bytes()


def test_an_svg_tells_a_screen_reader_what_it_shows(tmp_path):
    for path in draw([row("a", 1e6, 8), row("<&b", 1e7, 4)], TASK, HARDWARE, tmp_path):
        top = ElementTree.parse(path).getroot()
        title, told = (top.find(f"{{http://www.w3.org/2000/svg}}{n}") for n in ("title", "desc"))
        assert top.get("role") == "img"
        assert top.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
        assert TASK.title in title.text
        assert "Fig. " not in title.text
        if path.stem != "noise":
            assert "a: " in told.text or "a, conv4_x" in told.text


def test_an_svg_holds_its_text_as_text_in_a_font_that_any_reader_has(files):
    text = files[0][-3].read_text()
    assert ">three_step</text>" in text
    assert "sans-serif" in text


def test_an_unknown_format_is_refused_with_the_known_ones():
    assert formats("png, SVG,png") == ["png", "svg"]
    for wrong in ("gif", "svg,", ""):
        with pytest.raises(CosplitError, match="choose from svg, pdf, png"):
            formats(wrong)


def test_the_threshold_can_be_another_of_the_tasks(tmp_path):
    lower = row("a", 1e6, 1, qualifies=False)
    lower.qualifies["0.91"] = True
    text = draw([lower], TASK, HARDWARE, tmp_path, 0.91)[1].read_text()
    assert "at 91 %" in text
    assert "no point reaches" not in text


def test_without_rows_a_figure_says_so(tmp_path):
    for path in draw([], TASK, HARDWARE, tmp_path):
        assert "no point " in path.read_text()
