"""The regression gate: silent on noise, loud on each kind of regression."""

import json
from functools import partial

import numpy as np
import pytest
from typer.testing import CliRunner

from cosplit.errors import CosplitError
from cosplit.measure import accuracy
from cosplit.record.compare import compare, read_limits
from cosplit.record.measured import read_run
from cosplit.record.regression import label

MACHINE = {"cpu": {"brand_raw": "made up", "count": 2}, "machine": "x86_64", "system": "Linux"}


@pytest.fixture
def rows(make_row):
    """One method at six points, run in containers too."""
    return [
        make_row("ours", 1_000_000 * k, 1_000.0 * k, 9_400 + k, outcome_emulated="ok")
        for k in range(1, 7)
    ]


@pytest.fixture
def run(tmp_path):
    """A run as pytest-benchmark writes it: 30 rounds a row on a machine with bursts of load."""

    def made(rows, name="run", seed=0, slower=1.0, machine=MACHINE):
        rng = np.random.default_rng(seed)
        benchmarks = [
            {
                "name": f"test_tradeoff[{row.point}]",
                "stats": times(rng, 0.010 * slower),
                "extra_info": row.model_dump(),
            }
            for row in rows
        ]
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"machine_info": machine, "benchmarks": benchmarks}))
        return read_run(path)

    return made


def times(rng, seconds, rounds=30):
    """Log-normal jitter, a tenth of rounds struck by a burst, a drift of 3 % from run to run."""
    drawn = seconds * rng.lognormal(0, 0.05, rounds) * (1 + (rng.random(rounds) < 0.1))
    drawn *= rng.lognormal(0, 0.03)
    return {"min": drawn.min(), "median": float(np.median(drawn)), "rounds": rounds}


def change(rows, **fields):
    """The rows, the first of them with other fields."""
    return [rows[0].model_copy(update=fields), *rows[1:]]


def worse(base, head, limits=None):
    found = compare(base, head, limits)
    return {f.metric for f in found.findings if f.verdict == "worse"}


def test_runs_of_one_commit_pass_however_often(rows, run):
    base = run(rows)
    for seed in range(1, 201):
        found = compare(base, run(rows, seed=seed))
        assert found.passed, found.findings
    assert found.summary == "6 rows compared, nothing worse"


def test_a_third_more_latency_fails_however_often(rows, run):
    base = run(rows)
    assert all(
        worse(base, run(rows, seed=seed, slower=1.3)) == {"latency"} for seed in range(1, 201)
    )


def test_a_busy_machine_is_no_regression(rows, run):
    """Half of all rounds take twice as long: medians move, minima do not."""
    base, head = run(rows), run(rows, seed=1)
    for measured in head.measured.values():
        measured.stats.median *= 2
    assert compare(base, head).passed


def test_a_machine_too_busy_to_tell_is_told_and_not_judged(rows, run):
    """Rows three to six times as slow, each as it came, with rounds that scatter as much."""
    base, head = run(rows), run(rows, seed=1)
    for k, measured in enumerate(head.measured.values(), 3):
        measured.stats.min *= k
        measured.stats.median *= 2 * k
    found = compare(base, head)
    assert found.passed
    assert [(f.metric, f.verdict) for f in found.findings] == [("latency", "not judged")]
    assert "too busy" in found.findings[0].change


def test_one_noisy_row_of_six_is_no_regression(rows, run):
    base, head = run(rows), run(rows, seed=1)
    first = next(iter(head.measured.values()))
    first.stats.median *= 2
    first.stats.min *= 2
    assert compare(base, head).passed


@pytest.mark.parametrize(
    ("metric", "fields"),
    [
        ("payload_bits_mean", {"payload_bits_mean": 1_010.0}),
        ("payload_bits_mean", {"payload_bits_mean": 1_000.1}),
        ("payload_bits_mean", {"payload_bits_mean": 999.0}),
        ("payload_bits_mean", {"payload_bits_mean": None}),
        ("payload_bits_mean", {"payload_bits_mean": 1_006.0, "weights_digest": "other"}),
        ("device_macs", {"device_macs": 1_000_001}),
        ("device_macs", {"device_macs": 999_999}),
        ("device_macs", {"device_macs": 1_000_001, "weights_digest": "other"}),
        ("server_macs", {"server_macs": 404_000_000}),
        ("channel_uses", {"channel_uses": 9.0}),
        ("outcome", {"outcome": "oom"}),
        ("outcome emulated", {"outcome_emulated": "oom"}),
    ],
)
def test_counts_are_exact_at_equal_weights(rows, run, metric, fields):
    assert worse(run(rows), run(change(rows, **fields))) == {metric}


@pytest.mark.parametrize(
    "fields",
    [
        {"payload_bits_mean": 1_005.0},
        {"payload_bits_mean": 500.0},
        {"device_macs": 500_000},
        {"accuracy": 0.9302},
    ],
)
def test_other_weights_may_move_a_little_or_get_better(rows, run, fields):
    changed = change(rows, weights_digest="other", images_digest="other", **fields)
    assert compare(run(rows), run(changed)).passed


@pytest.mark.parametrize(
    ("metric", "less"),
    [
        ("device_macs", 999_999),
        ("server_macs", 1),
        ("payload_bits_mean", 999.0),
        ("payload_bits_p99", 1.0),
    ],
)
def test_a_count_that_falls_with_other_weights_is_told_as_better(rows, run, metric, less):
    found = compare(run(rows), run(change(rows, weights_digest="other", **{metric: less})))
    assert [(f.metric, f.verdict) for f in found.findings] == [(metric, "better")]
    assert found.findings[0].change.startswith("-")


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("ok", "oom", ["worse"]),
        ("ok", None, ["not judged"]),
        ("oom", "timeout", ["worse"]),
        ("oom", "ok", ["better"]),
        (None, "oom", []),
    ],
)
def test_how_containers_end_is_judged(rows, run, before, after, verdict):
    base, head = (change(rows, outcome_emulated=seen) for seen in (before, after))
    assert [f.verdict for f in compare(run(base), run(head)).findings] == verdict


def accuracy_row(make_row, n_correct, seed, **fields):
    right = np.random.default_rng(seed).permutation(np.arange(10_000) < n_correct)
    packed = accuracy.pack(right)
    return make_row("ours", 1, 9.0, 9_400, accuracy=n_correct / 10_000, correct=packed, **fields)


def test_accuracy_is_judged_in_points_and_in_pairs(make_row, run):
    base = run([accuracy_row(make_row, 9_400, 0)])
    again = partial(accuracy_row, make_row)
    assert worse(base, run([again(9_250, 0)])) == {"accuracy"}, "-1.5 points"
    assert worse(base, run([again(9_290, 0, images_digest="other")])) == {"accuracy"}
    assert worse(base, run([again(9_310, 0, images_digest="other")])) == set()
    assert worse(base, run([again(9_380, 0)])) == {"accuracy"}, "20 images lost and none won"
    assert worse(base, run([again(9_395, 0)])) == set(), "5 of 5 is chance at .01"
    assert worse(base, run([again(9_380, 1)])) == set(), "other errors, as many: chance"
    assert worse(base, run([again(9_450, 0)])) == set()


def test_a_vanished_row_fails_and_a_new_one_does_not(rows, run):
    assert worse(run(rows), run(rows[1:])) == {"row"}
    found = compare(run(rows[1:]), run(rows))
    assert found.passed
    assert [f.verdict for f in found.findings] == ["new"]


def test_a_finding_names_its_row(make_row):
    names = [make_row(), make_row(channel="awgn10"), make_row(seed=2)]
    point = "cifar10/ours/conv2_x-bits1000"
    assert [label(row) for row in names] == [point, f"{point}/awgn10", f"{point}/seed2"]


def test_rows_on_two_devices_are_two_rows(make_row, run):
    both = run([make_row(), make_row(hardware="another")])
    assert compare(both, both).n_rows == 2
    assert worse(both, run([make_row()])) == {"row"}


def test_nothing_measured_is_no_pass(rows, run):
    for pair in ((run([]), run(rows)), (run(rows), run([]))):
        with pytest.raises(CosplitError, match="measured nothing"):
            compare(*pair)


def test_other_machines_are_told_and_not_judged(rows, run):
    other = MACHINE | {"cpu": {"brand_raw": "another", "count": 4}}
    found = compare(run(rows), run(rows, slower=3.0, machine=other))
    assert found.passed
    assert [(f.metric, f.verdict) for f in found.findings] == [("latency", "not judged")]
    assert found.findings[0].head == "another, 4 cores, x86_64, Linux"


def test_emulated_latency_is_judged_too(make_row, run):
    def at(p50):
        parts = {"p50_low": p50, "p50_high": p50, "device": 1.0, "link": 1.0, "server": 1.0}
        return make_row(latency_emulated_ms={"100": {"p50": p50, "p90": p50, **parts}})

    assert worse(run([at(10.0)]), run([at(13.0)])) == {"latency emulated"}
    assert worse(run([at(10.0)]), run([at(11.0)])) == set()


def test_limits_come_from_pyproject(tmp_path, rows, run):
    path = tmp_path / "pyproject.toml"
    assert read_limits(path).latency == 0.15
    path.write_text("[tool.cosplit.compare]\nlatency = 0.5\n[tool.other]\nx = 1\n")
    assert worse(run(rows), run(rows, seed=1, slower=1.3), read_limits(path)) == set()
    path.write_text("[tool.cosplit.compare]\nlatencies = 0.5\n")
    with pytest.raises(CosplitError, match="did you mean"):
        read_limits(path)


def test_markdown_is_no_way_into_a_pull_request(rows, run):
    hostile = change(rows, outcome="crash", detail="| <img src=x> [a](b)\n# title")
    table = compare(run(rows), run(hostile)).markdown()
    assert r"\| \<img src=x\> \[a\](b) # title" in table
    assert table.startswith("**6 rows compared, 1 regression**")


@pytest.mark.parametrize(
    ("head", "code"), [("same", 0), ("slow", 1), ("empty", 3), ("missing", 3), ("broken", 3)]
)
def test_exit_codes(tmp_path, rows, run, head, code):
    import typer

    from cosplit.cli.compare import compare as command

    app = typer.Typer()
    app.command()(command)
    run(rows, "base")
    run(rows, "same", seed=1)
    run(rows, "slow", seed=1, slower=1.3)
    run([], "empty")
    (tmp_path / "broken.json").write_text('{"benchmarks": 3}')
    paths = [str(tmp_path / f"{name}.json") for name in ("base", head)]
    for option in ("--markdown", "--json", None):
        result = CliRunner().invoke(app, [*paths, *([option] if option else [])])
        assert result.exit_code == code, result.output
