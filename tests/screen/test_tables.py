"""Tables at every width: nothing folded, the essentials always there, what is left out is said."""

import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cosplit.screen import Column, Table, print_facts, print_tables, short_points
from cosplit.screen.layout import fitted

WIDTHS = (60, 80, 100, 120, 200)
ESSENTIAL = ("93.88 %", "3,946", "certain", "93.10 %", "no")


def plain(text: str) -> str:
    """Without the codes for styles."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def lines(text: str) -> list[str]:
    return plain(text).splitlines()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_fits_and_the_essentials_are_whole(table, show, width):
    text = show(table, width)
    assert max(map(len, lines(text))) <= width
    for part in (*ESSENTIAL, "three_step", "bottlenet_plus_plus", "conv4_x"):
        assert part in text


@pytest.mark.parametrize("width", [1, 10, 40, *WIDTHS, 100_000])
def test_no_number_and_no_word_is_folded_at_any_width(table, show, width):
    """Each word of a cell that is shown stands in one piece."""
    layout = fitted(table, width, "…")
    shown = plain(show(table, width)).split()
    for _, rows in layout.groups:
        for row in rows:
            assert set(" ".join(row).split()) <= set(shown)


@pytest.mark.parametrize("width", [60, 80])
def test_a_line_says_what_a_narrow_screen_leaves_out(table, show, width):
    said = " ".join(lines(show(table, width)))
    kept = [column.name for column in fitted(table, width, "…").columns]
    lost = [column.name for column in table.columns[1:] if column.name not in kept]
    assert "95 % interval" in lost
    told = said.partition("Not shown: ")[2].partition(" (in")[0]
    assert sorted(told.split(", ")) == sorted(lost)
    assert "(in --json, or on a wider terminal)" in said


def test_columns_go_by_priority(table):
    names = [{c.name for c in fitted(table, width, "…").columns} for width in (120, 80, 60)]
    assert "95 % interval" in names[0]
    assert names[0] - names[1] == {"95 % interval"}
    assert names[1] - names[2] == {"why not"}


def test_nothing_is_said_to_be_left_out_where_all_is_shown(table, show):
    text = show(table, 200)
    assert "Not shown" not in text
    assert "shortened" not in text
    assert "conv1-keep0.75-feature0.5-transform-bits3891" in text


def test_what_is_no_terminal_has_no_width(table, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    file = io.StringIO()
    print_tables(file, table)
    rows = [line.split() for line in file.getvalue().splitlines()[4:]]
    assert len(rows) == len(table.rows)
    assert all(row[:2] == list(cells[:2]) for row, cells in zip(rows, table.rows, strict=True))
    assert "\x1b" not in file.getvalue()


def test_no_color_is_obeyed(table, show, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*[34]\d", show(table, 80))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_any_encoding_can_be_written(table, show, encoding, width):
    table.add("méthode_学習", "conv4_x-naïve", "93.00 %", "", "1 M", "7", "no", "")
    text = show(table, width, encoding)
    assert text.encode(encoding)
    assert "────" not in text or encoding == "utf-8"
    assert "----" in text
    assert "??" in text  # what the encoding lacks
    assert all(part in text for part in ESSENTIAL)


def test_names_that_look_like_markup_or_move_the_cursor_are_text(show):
    table = Table([Column("method"), Column("point")], "[red]title", [("given\x1b[2J", "at once")])
    table.add("[bold]loud[/bold]", "a\x1b[2Jb\nc")
    text = show(table, 80)
    assert "given?[2J" in text
    assert "[bold]loud[/bold]" in text
    assert "[red]title" in text
    assert "a?[2Jb c" in text


def test_long_names_are_cut_in_the_middle_and_stay_apart(show):
    names = ["x" * 90 + end for end in ("-bits8", "-bits4")]
    table = Table([Column("method", kind="name"), Column("bits", right=True)])
    for name in names:
        table.add(name, "8")
    text = show(table, 40)
    assert max(map(len, lines(text))) <= 40
    assert "-bits8" in text
    assert "-bits4" in text
    assert "Names are shortened" in text


def test_wide_characters_keep_columns_straight():
    table = Table([Column("name"), Column("bits", right=True)])
    table.add("学習", "8")
    table.add("four", "8")
    file = io.StringIO()
    print_tables(file, table)
    *_, wide, narrow = file.getvalue().splitlines()
    assert len(wide) + 2 == len(narrow)


def test_text_is_broken_between_words_before_columns_go(show):
    table = Table([Column("name"), Column("title", 1, kind="text")])
    table.add("png", "Offloading the image itself as a PNG file: the reference")
    said = lines(show(table, 40))
    assert max(map(len, said)) <= 40
    assert "reference" in " ".join(said)


def test_a_number_keeps_its_percent_sign(show):
    table = Table([Column("a")], "points that reach 93 % of it")
    assert not any(line.startswith("%") for line in lines(show(table, 20)))


def test_empty_columns_are_left_out_without_a_word(show):
    table = Table([Column("name"), Column("failed", 1)])
    table.add("png", None)
    assert "failed" not in show(table, 80)


def test_facts_stand_one_a_line_and_empty_ones_are_left_out():
    file = io.StringIO()
    print_facts(file, "An answer", [("point", "conv1"), ("device MACs", "162 M"), ("note", "")])
    assert file.getvalue() == "An answer\n  point        conv1\n  device MACs  162 M\n"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("conv1-keep0.75-bits9", "conv1"),
        ("conv4_x-keep0.75-vq-bits8", "conv4_x-vq-bits8"),
        ("conv4_x-keep0.75-jscc-uses9", "conv4_x-jscc-uses9"),
        ("conv5_x-keep0.75-vq-bits8", "conv5_x-bits8"),
        ("input", "input"),
    ],
)
def test_a_short_name_keeps_what_tells_a_point_from_its_neighbours(name, short):
    more = ["conv5_x-keep0.75-vq-bits4"]
    names = [
        "conv1-keep0.75-bits9",
        "conv4_x-keep0.75-vq-bits8",
        "conv4_x-keep0.75-jscc-uses9",
        "conv5_x-keep0.75-vq-bits8",
        "input",
    ]
    assert short_points(names + more)[name] == short


PART = st.from_regex(r"[a-z0-9_.]{1,4}", fullmatch=True)
NAMES = st.lists(st.lists(PART, min_size=1, max_size=5).map("-".join), unique=True, max_size=6)


@example(["conv1-b-b", "conv1-b"])
@given(NAMES)
def test_short_names_are_as_many_as_the_long_ones(names):
    assert len(set(short_points(names).values())) == len(names)
