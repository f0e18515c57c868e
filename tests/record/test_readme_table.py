"""README's results are what the entries give, and the table says what the rows say."""

from pathlib import Path

import pytest

from cosplit.measure.hardware import DEVICE
from cosplit.record.check import read_entries
from cosplit.record.markdown import results
from cosplit.task import load_task

ROOT = Path(__file__).parent.parent.parent
BEGIN, END = "<!-- results:{} -->\n", "\n<!-- /results -->"


def lines_of(task, *entries):
    """The table's rows as lists of cells, without the heading."""
    lines = results(entries, task, 0.93, DEVICE).splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("name", ["cifar10"])
def test_readme_shows_exactly_what_the_entries_give(name):
    task, text = load_task(name), (ROOT / "README.md").read_text()
    _, begin, rest = text.partition(BEGIN.format(name))
    shown, end, _ = rest.partition(END)
    assert begin, f"README.md lacks {BEGIN.format(name)!r}"
    assert end, f"README.md lacks {END!r}"
    expected = results(read_entries(ROOT / "leaderboard"), task, task.threshold, DEVICE)
    remedy = f"paste what `cosplit board --task {name} --markdown` prints between README's markers"
    assert shown == expected, remedy


def test_a_point_is_one_row_and_the_score_stands_at_the_first(task, make_entry):
    points = [(38_600_000, 768.0, 9_400), (0, 18_023.4, 9_120)]
    first, second = lines_of(task, make_entry("ours", points))
    assert first[:3] == ["`ours`", "`conv2_x-bits18023`", "91.20 % of 10,000"]
    assert first[3:8] == ["no", "yes", "no", "0.0 M", "18,023 bits"]
    assert second[2:4] == ["94.00 % of 10,000", "certain"]
    assert second[6:8] == ["38.6 M", "768 bits"]
    # 2 * 38.6e6 / 24e9 + 768 / 800 + 2 * 400e6 / 13.45e12 seconds
    assert second[8:10] == ["963", "12.9"]
    assert (float(first[-1]) > 0, second[-1]) == (True, "")


def test_what_only_just_reaches_what_does_not_fit_and_what_exits_early_is_told(task, make_entry):
    row = make_entry("ours", [(1_000_000, 2.0, 9_301)]).points[0]
    row = row.model_copy(update={"deployable": False})
    (line,) = lines_of(task, make_entry("ours", rows=[row]))
    assert line[3:6] == ["yes", "no", "yes"]


def test_the_best_method_comes_first_and_one_without_a_score_last(task, make_entry):
    entries = [
        make_entry("failing", [(0, 1.0, 8_000)]),
        make_entry("slow", [(1_000_000, 9_000.0, 9_400)]),
        make_entry("quick", [(1_000_000, 90.0, 9_400)]),
    ]
    lines = lines_of(task, *entries)
    assert [line[0] for line in lines] == ["`quick`", "`slow`", "`failing`"]
    assert lines[-1][-1] == "-"


def test_failures_and_symbols_are_rows_too(task, make_row, make_entry):
    failed = make_row("ours", outcome="oom", accuracy=None, qualifies={}, settings={"bits": 1})
    symbols = {"code": "symbols", "payload_bits_mean": None, "latency_modelled_ms": None}
    over = [
        make_row("ours", 1, 9.0, n, channel=f"awgn{snr}", channel_uses=9.0, **symbols)
        for snr, n in ((0, 8_000), (10, 9_000), (20, 9_300))
    ]
    lines = lines_of(task, make_entry("ours", rows=[failed, *over]))
    assert sorted(line[2] for line in lines) == ["90.00 % of 10,000", "oom"]
    assert {line[7] for line in lines} == {"-", "9 uses, awgn10"}


def test_the_best_proved_entry_is_shown_alone(task, make_entry):
    reported = make_entry("ours", [(1_000_000, 10.0, 9_500)])
    audited = make_entry("ours", [(1_000_000, 20.0, 9_400)], status="audited")
    (line,) = lines_of(task, audited, reported)
    assert line[7] == "20 bits"
