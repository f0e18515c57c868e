"""What is said of entries: intervals, scatter over seeds, and paired tests, held to their laws."""

import json
import statistics
import subprocess
import sys

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from typer.testing import CliRunner

from cosplit.cli.stats import stats
from cosplit.errors import CosplitError
from cosplit.measure.accuracy import pack
from cosplit.record.entry import best_proved, write_entry
from cosplit.record.stats import champions, holm, pairs, points

P_VALUES = st.lists(st.floats(0, 1), max_size=12)


def test_holm_by_hand():
    # sorted .005 .01 .03 .04; times 4 3 2 1: .02 .03 .06 .04; the last is lifted to .06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.4]) == pytest.approx([0.8, 0.8])
    assert holm([0.7, 0.6]) == [1.0, 1.0]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


@given(P_VALUES)
def test_holm_is_monotone_bounded_and_between_nothing_and_bonferroni(ps):
    adjusted = holm(ps)
    for p, q in zip(ps, adjusted, strict=True):
        assert p <= q <= min(1.0, len(ps) * p + 1e-12)
    order = np.argsort(ps, kind="stable")
    assert list(np.take(adjusted, order)) == sorted(adjusted) if ps else adjusted == []


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=8, unique=True), st.floats(0.001, 0.999))
def test_holm_rejects_what_stepping_down_rejects(ps, level):
    rejected = set()
    for k, place in enumerate(np.argsort(ps)):
        if (len(ps) - k) * ps[place] > level:
            break
        rejected.add(int(place))
    assert {k for k, q in enumerate(holm(ps)) if q <= level} == rejected


def _answers(only_first, only_second, n=10_000, both=9_000):
    """Two `correct` vectors with those discordant counts."""
    first, second = np.zeros((2, n), bool)
    first[: both + only_first] = True
    second[:both] = True
    second[both + only_first : both + only_first + only_second] = True
    return pack(first), pack(second)


def test_a_pair_is_tested_on_its_discordant_images(make_row):
    one, other = _answers(60, 30)
    rows = [make_row("a", correct=one), make_row("b", correct=other)]
    (pair,) = pairs(rows)
    assert (pair.only_first, pair.only_second) == (60, 30)
    assert pair.p == pair.p_holm == pytest.approx(binomtest(60, 90).pvalue)


def test_holm_is_over_the_pairs_that_could_be_tested(make_row):
    one, other = _answers(60, 30)
    rows = [
        make_row("a", correct=one),
        make_row("b", correct=other),
        make_row("c", correct=one),
        make_row("elsewhere", correct=one, images_digest="f" * 64),
        make_row("damaged", correct="!"),
    ]
    found = {(pair.first.split()[0], pair.second.split()[0]): pair for pair in pairs(rows)}
    assert len(found) == 10
    assert [pair.p is not None for pair in found.values()].count(True) == 3
    assert found["a", "b"].p_holm == pytest.approx(3 * found["a", "b"].p)
    assert found["b", "c"].p_holm == found["a", "b"].p_holm
    assert (found["a", "c"].p, found["a", "c"].p_holm) == (1.0, 1.0)
    apart = found["a", "elsewhere"]
    assert (apart.note, apart.p, apart.p_holm) == ("not the same images", None, None)
    assert "damaged" in found["a", "damaged"].note


def test_the_champion_qualifies_and_fits_and_is_chosen_on_validation(make_row):
    tested = make_row("ours", 1, 10.0, 9_500, validation_accuracy=0.94)
    validated = make_row("ours", 1, 20.0, 9_400, validation_accuracy=0.95)
    missed = make_row("ours", 1, 30.0, 9_200, validation_accuracy=0.99)
    noisy = make_row("ours", 1, 40.0, 9_900, channel="awgn10")
    failed = make_row("ours", 1, 50.0, 9_900, outcome="crash")
    lucky = make_row("ours", 1, 60.0, 9_900, seed=1)
    large = make_row("ours", 1, 70.0, 9_500, validation_accuracy=0.98, deployable=False)
    rows = [lucky, tested, validated, missed, noisy, failed, large]
    assert champions(rows, 0.93) == [validated]
    assert champions([missed, large], 0.93) == [large]
    assert champions([missed, noisy, failed], 0.93) == [missed]
    assert [row.method for row in champions([make_row("b"), make_row("a")], 0.93)] == ["a", "b"]


def test_seeds_scatter_and_the_reference_is_shown(make_row):
    counts = (9_400, 9_450, 9_380)
    rows = [make_row("ours", 1, 10.0, n, seed=seed) for seed, n in enumerate(counts)]
    alone = make_row("other", 1, 10.0, 9_000, n=9_979)
    several, single = points([rows[2], rows[0], alone, rows[1]])
    assert (several.accuracy, several.low, several.high) == (
        0.94,
        rows[0].accuracy_low,
        rows[0].accuracy_high,
    )
    assert several.seeds == 3
    assert several.mean == pytest.approx(sum(counts) / 30_000)
    assert several.sd == pytest.approx(np.std([n / 10_000 for n in counts], ddof=1))
    assert (single.n, single.seeds, single.mean, single.sd) == (9_979, 1, None, None)


def test_a_code_for_the_channel_has_a_line_a_channel(make_row):
    symbols = {"code": "symbols", "channel_uses": 9.0}
    rows = [make_row("bits"), make_row("bits", channel="awgn10")]
    rows += [make_row("jscc", channel=name, **symbols) for name in ("awgn0", "awgn10")]
    rows.append(make_row("broken", outcome="crash", accuracy=None))
    shown = [(one.method, one.channel) for one in points(rows)]
    assert shown == [("bits", "noiseless"), ("jscc", "awgn0"), ("jscc", "awgn10")]


def test_only_the_best_proved_entry_counts(make_entry):
    entries = [make_entry("ours", status=s) for s in ("audited", "self-reported", "reproduced")]
    kept = best_proved([make_entry("png"), *entries])
    assert [(e.method.name, e.status) for e in kept] == [
        ("ours", "audited"),
        ("png", "self-reported"),
    ]


@pytest.fixture
def run(leaderboard):
    def invoke(*words):
        app = typer.Typer()
        app.command()(stats)
        return CliRunner().invoke(app, ["--leaderboard", str(leaderboard), *words])

    return invoke


def test_the_command_prints_both_tables(run, leaderboard, make_entry, make_row):
    rows = [make_row("ours", 1, 10.0, n, seed=seed) for seed, n in enumerate((9_400, 9_500))]
    write_entry(leaderboard, make_entry("ours", rows=rows))
    told = json.loads(run("--json").stdout)
    assert [one["method"] for one in told["points"]] == ["ours", "png", "theirs"]
    assert told["points"][0]["sd"] == pytest.approx(statistics.stdev([0.94, 0.95]))
    assert len(told["pairs"]) == 3
    text = run("--markdown").stdout
    low, high = 100 * rows[0].accuracy_low, 100 * rows[0].accuracy_high
    assert f"| 94.00 % | {low:.2f} to {high:.2f} % | 10,000 | 2 | 94.50 % | 0.71 |" in text
    assert "| p | p (Holm) | note |" in text
    assert run().exit_code == 0
    error = run("--task", "digits").exception
    assert isinstance(error, CosplitError)
    assert "never ranked" in str(error)


def test_statistics_need_no_torch():
    code = "import cosplit.record.stats, cosplit.cli.stats, sys\nsys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
