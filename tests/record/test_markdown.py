"""Blocks of markdown say what the rows say, and lead to them."""

import pytest

from cosplit.errors import CosplitError
from cosplit.measure.hardware import DEVICE
from cosplit.record.markdown import BLOCKS, block


@pytest.fixture
def shown(task):
    def show(name, *entries):
        return block(name, entries, task, 0.93, DEVICE)

    return show


@pytest.fixture
def table(shown):
    """The cells of a block's lines that are rows of a table, its headings left out."""

    def cells(name, *entries):
        lines = [line for line in shown(name, *entries).splitlines() if line.startswith("|")]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]

    return cells


def symbols(make_row, *levels, **fields):
    facts = {"code": "symbols", "payload_bits_mean": None, "latency_modelled_ms": None}
    return [
        make_row("ours", 1, 9.0, n, channel=f"awgn{snr}", channel_uses=9.0, **facts | fields)
        for snr, n in levels
    ]


def test_a_row_says_accuracy_interval_cost_and_latency(table, make_entry):
    points = [(38_600_000, 768.0, 9_400), (0, 18_023.4, 9_120)]
    first, second = table("rows", make_entry("ours", points))
    assert first[1:7] == [
        "91.20",
        "90.63 to 91.74",
        "no: 180 short",
        "0",
        "18,023 bits",
        "22,500",
    ]
    assert second[1:6] == ["94.00", "93.52 to 94.45", "certain", "38.6 M", "768 bits"]
    # 2 * 38.6e6 / 24e9 + 768 / 800 + 2 * 400e6 / 13.45e12 seconds
    assert second[6:8] == ["963", "12.9"]


def test_every_row_has_an_anchor_and_points_lead_there(shown, make_row, make_entry):
    rows = [make_row("ours"), *symbols(make_row, (0, 8_000), (10, 9_400), settings={"uses": 9})]
    entry = make_entry("ours", rows=rows)
    anchors = {f'<a id="ours.{row.point}"></a>' for row in rows[:1]}
    anchors |= {f'<a id="ours.{row.point}.{row.channel}"></a>' for row in rows[1:]}
    assert all(shown("rows", entry).count(anchor) == 1 for anchor in anchors)
    assert f"(docs/results.md#ours.{rows[0].point})" in shown("best", entry)
    assert f"(docs/results.md#ours.{rows[0].point})" in shown("claims", entry)


def test_the_headline_says_who_wins_where_and_what_the_others_make_together(shown, make_entry):
    deep, raw = make_entry("ours", [(1_000_000, 8.0, 9_400)]), make_entry("raw", [(0, 9e3, 9_310)])
    lines = shown("headline", deep, raw).splitlines()[2:]
    assert [line.partition(":")[0] for line in lines] == [
        "- At every rate",
        "- Over all 17 rates (geometric mean)",
    ]
    assert "[`ours`](docs/results.md#ours)" in lines[0]
    assert "94.00 % right (95 % interval 93.52 to 94.45 %), certain." in lines[0]
    assert " ms; the fastest of all others " in lines[1]
    alone = shown("headline", deep).splitlines()[2:]
    assert len(alone) == 1


def test_what_does_not_fit_and_what_exits_early_is_told(table, make_entry):
    row = make_entry("ours", [(1_000_000, 2.0, 9_301)]).points[0]
    row = row.model_copy(update={"deployable": False})
    (line,) = table("rows", make_entry("ours", rows=[row]))
    assert line[-1] == "early exit, does not fit"


def test_failures_and_every_level_of_noise_are_rows(table, make_row, make_entry):
    failed = make_row("ours", outcome="oom", accuracy=None, qualifies={}, settings={"bits": 1})
    over = symbols(make_row, (0, 8_000), (10, 9_000), (20, 9_300))
    lines = table("rows", make_entry("ours", rows=[failed, *over]))
    assert sorted((line[1], line[5]) for line in lines if line[1] != "oom") == [
        ("80.00", "9 uses, awgn0"),
        ("90.00", "9 uses, awgn10"),
        ("93.00", "9 uses, awgn20"),
    ]
    assert [line[3] for line in lines if line[1] == "oom"] == ["oom"]


def test_how_often_test_images_were_looked_at_stands_in_the_row(table, make_entry):
    entry = make_entry("ours")
    looked = entry.model_copy(update={"test_looks": {entry.points[0].point: 5}})
    assert [line[-2] for line in table("rows", looked)] == ["5"]


def test_other_seeds_are_told_and_not_ranked(table, shown, make_row, make_entry):
    rows = [make_row("ours", 1, 9.0, n, seed=k) for k, n in enumerate((9_400, 9_420, 9_440))]
    entry = make_entry("ours", rows=rows)
    assert len(table("rows", entry)) == 1
    assert "Over 3 seeds" in shown("rows", entry)
    assert "94.20 %, with a standard deviation of 0.20 points" in shown("rows", entry)


def test_a_best_point_is_the_one_that_would_score_best_by_itself(table, make_entry):
    quick, small = (1_000_000, 4_000.0, 9_400), (160_000_000, 4.0, 9_400)
    (line,) = table("best", make_entry("ours", [quick, small]))
    assert "4 bits" in line[5]
    assert float(line[6]) > float(line[7])  # both together answer faster than either


def test_the_best_method_comes_first_and_one_without_a_score_last(table, make_entry):
    entries = [
        make_entry("failing", [(0, 1.0, 8_000)]),
        make_entry("slow", [(1_000_000, 9_000.0, 9_400)]),
        make_entry("quick", [(1_000_000, 90.0, 9_400)]),
    ]
    lines = table("best", *entries)
    assert [line[0].split("`")[1] for line in lines] == ["quick", "slow", "failing"]
    assert (lines[-1][1], lines[-1][-1]) == ("no point reaches 0.93", "-")


@pytest.fixture
def claim(shown):
    """The one claim that has these words."""

    def find(words, *entries):
        (found,) = (line for line in shown("claims", *entries).splitlines() if words in line)
        return found

    return find


def number(claim, before):
    """What a claim says between `before` and the unit."""
    return float(claim.split(before)[1].split(" ms")[0])


def test_claims_say_who_answers_first_at_which_rates(claim, make_entry):
    quick = make_entry("quick", [(1_000_000, 4_000.0, 9_301)])
    small = make_entry("small", [(160_000_000, 4.0, 9_500)])
    up_to, from_on = claim("- Up to ", quick, small), claim(" on [`quick`]", quick, small)
    assert "[`small`]" in up_to
    assert "surely keeps 93 %" in up_to
    assert "95.00 % right (95 % interval 94.56 to 95.41 %)" in up_to
    assert "early exit" in up_to
    assert "keeps 93 %, though chance may have helped" in from_on


def test_claims_set_the_best_score_beside_what_all_others_make_together(claim, make_entry):
    best, slow, small = (
        make_entry("best", [(1_000_000, 90.0, 9_400)]),
        make_entry("slow", [(1_000_000, 4_000.0, 9_400)]),
        make_entry("small", [(160_000_000, 4.0, 9_400)]),
    )
    everything = (best, slow, small)
    others = number(claim("of all others", *everything), "make ")
    assert "[`best`]" in claim("best score", *everything)
    assert number(claim("best score", *everything), "best score, ") < others
    assert others < number(claim("best score", slow, small), "best score, ")


def test_claims_name_what_the_first_method_missed(shown, make_entry):
    text = shown("claims", make_entry("ours", [(1_000_000, 90.0, 9_400), (9, 9.0, 9_290)]))
    assert "1 of 2 points" in text
    assert "(10 short)" in text


def test_methods_are_told_apart_only_by_a_test_in_pairs(shown, make_entry):
    alike = [make_entry(name, [(1_000_000, 90.0, 9_400)]) for name in ("one", "two")]
    assert "no two differ" in shown("claims", *alike)
    apart = [make_entry("one", [(1, 90.0, 9_400)]), make_entry("two", [(1, 90.0, 9_900)])]
    assert "`one` from `two`" in shown("claims", *apart)
    assert "**" in shown("pairs", *apart)
    assert "**" not in shown("pairs", *alike)


def test_memory_alone_lets_a_point_fit_that_shares_do_not(table, make_row, make_entry):
    fields = {"deployable": False, "peak_memory_bytes": 200 << 20}
    (line,) = table("containers", make_entry("ours", rows=[make_row("ours", **fields)]))
    assert line[1] == "200"
    assert line[2:4] == ["-", "-"]
    assert float(line[4]) > 0


def test_the_best_proved_entry_is_shown_alone(table, make_entry):
    reported = make_entry("ours", [(1_000_000, 10.0, 9_500)])
    audited = make_entry("ours", [(1_000_000, 20.0, 9_400)], status="audited")
    (line,) = table("rows", audited, reported)
    assert line[5] == "20 bits"


def test_a_strangers_words_are_no_markup(shown, make_entry):
    entry = make_entry("ours")
    method = entry.method.model_copy(update={"title": "[click](http://x) | <b>"})
    text = shown("rows", entry.model_copy(update={"method": method}))
    assert "[click](" not in text
    assert "\\<b\\>" in text


def test_an_unknown_block_is_named_with_those_there_are(shown, make_entry):
    with pytest.raises(CosplitError, match="unknown block 'row'; did you mean 'rows'"):
        shown("row", make_entry("ours"))


@pytest.mark.parametrize("name", BLOCKS)
def test_a_leaderboard_on_which_nothing_qualifies_has_every_block(name, shown, make_entry):
    assert shown(name, make_entry("ours", [(1_000_000, 10.0, 8_000)]))
