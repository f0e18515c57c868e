"""The board: a method's score, its rank, and what is never mixed."""

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.errors import CosplitError
from cosplit.measure.hardware import DEVICE
from cosplit.record.board import board, boards
from cosplit.record.choose import choose, latency_ms
from cosplit.record.fit import FIT_RULES
from cosplit.record.hypervolume import LEAST, hypervolume
from cosplit.row import EmulatedLatency
from cosplit.task import load_task

WORST = (555.4e6, 24_576.0)
GRID = [f"{rate:g}" for rate in load_task("cifar10").rates]


def ms(value):
    return {
        "p50": value,
        "p90": value,
        "p50_low": value,
        "p50_high": value,
        "device": 1,
        "link": 1,
        "server": 1,
    }


def lines_of(task, items, threshold=0.93, tier="modelled"):
    return board(items, task, threshold, tier, DEVICE)


def test_the_score_is_the_geometric_mean_of_the_fastest(task, make_row):
    slow, fast = dict.fromkeys(GRID, 8.0), dict.fromkeys(GRID, 8.0)
    slow[GRID[0]], fast[GRID[1]] = 2.0, 2.0
    rows = [
        make_row("ours", 1, 10.0 + k, 9_400, latency_modelled_ms=m)
        for k, m in enumerate((slow, fast))
    ]
    (line,) = lines_of(task, rows)
    n = len(GRID)
    assert line.score_ms == pytest.approx(8.0 * 0.25 ** (2 / n))
    assert line.rank == 1
    assert line.fastest[GRID[0]] == rows[0].point


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"deployable": False}, "no point that qualifies fits"),
        ({"deployable": None}, "no point that qualifies fits"),
        ({"qualifies": {"0.93": False}}, "no point reaches 0.93"),
        ({"channel": "awgn10"}, "no point reaches 0.93"),
        ({"outcome": "oom"}, "no point reaches 0.93"),
        ({"latency_modelled_ms": {"100": 1.0}}, "measured at 1 of 17 rates"),
        ({"hardware": "another"}, "no point that qualifies fits"),
    ],
)
def test_a_method_without_a_score_is_shown_unranked(task, make_row, fields, note):
    ranked, line = lines_of(task, [make_row("other"), make_row("ours", **fields)])
    assert (ranked.method, ranked.rank) == ("other", 1)
    assert (line.method, line.rank, line.score_ms) == ("ours", None, None)
    assert note in line.note


def test_failures_are_visible(task, make_row):
    rows = [make_row("ours"), make_row("ours", 1, 9.0, 9_400, outcome="cheat:reads_labels")]
    (line,) = lines_of(task, rows)
    assert line.failures == {rows[1].point: "cheat:reads_labels"}
    assert line.points == 2


def test_thresholds_and_tiers_are_boards_of_their_own(task, make_row):
    emulated = {rate: ms(1.0) for rate in GRID}
    rows = [
        make_row("quick", 1, 10.0, 9_150, latency_emulated_ms=emulated),
        make_row("right", 1, 1_000.0, 9_400),
    ]
    found = boards(rows, {task.name: task})
    places = {(line.threshold, line.tier): [] for line in found}
    for line in found:
        places[line.threshold, line.tier].append((line.rank, line.method))
    assert places == {
        (0.93, "modelled"): [(1, "right"), (None, "quick")],
        (0.91, "modelled"): [(1, "quick"), (2, "right")],
        (0.93, "emulated"): [(None, "quick"), (None, "right")],
        (0.91, "emulated"): [(1, "quick"), (None, "right")],
    }
    assert all(
        line.score_ms == pytest.approx(1.0)
        for line in found
        if line.tier == "emulated" and line.rank
    )


def test_an_unranked_task_is_listed_without_ranks(task, make_row):
    (line,) = lines_of(task.model_copy(update={"ranked": False}), [make_row()])
    assert line.rank is None
    assert line.score_ms is not None
    assert line.note == "this task is not ranked"


def test_statuses_stand_side_by_side_and_the_best_proved_ranks(task, make_entry):
    reported = make_entry("ours", [(1_000_000, 10.0, 9_400)])
    audited = make_entry("ours", [(1_000_000, 1_000.0, 9_400)], status="audited")
    other = make_entry("other", [(1_000_000, 100.0, 9_400)])
    first, second = lines_of(task, [reported, audited, other])
    assert (first.method, second.method) == ("other", "ours")
    assert second.status == "audited"
    assert second.score_ms == second.scores_ms["audited"] > second.scores_ms["self-reported"]


def test_choose_gives_the_fastest_at_that_rate(task, make_row):
    near = make_row("near", 1_000_000, 20_000.0, 9_400)
    far = make_row("far", 200_000_000, 10.0, 9_400)
    unfit = make_row("unfit", 0, 1.0, 9_400, deployable=False)
    rows = [near, far, unfit]
    assert choose(rows, 100, DEVICE, 0.93) is far
    assert choose(rows, 1e6, DEVICE, 0.93) is near
    with pytest.raises(CosplitError, match="lower the threshold"):
        choose(rows, 100, DEVICE, 0.99)
    with pytest.raises(CosplitError, match="emulated latency"):
        choose(rows, 100, DEVICE, 0.93, "emulated")


def test_between_grid_rates_the_model_is_exact(task, make_row):
    row = make_row()
    assert latency_ms(row, 100) == row.latency_modelled_ms["100"]
    at_grid = row.latency_modelled_ms["100"]
    assert latency_ms(row, 200) == pytest.approx(at_grid - 1e3 * row.payload_bits_mean / 8 / 200)


def test_the_best_of_several_seeds_is_not_ranked(task, make_row, make_entry):
    plain = [make_row("ours", 1_000_000, 1_000.0, 9_400)]
    lucky = [make_row("ours", 1_000_000, 10.0, 9_900, seed=1)]
    told = lines_of(task, plain)
    assert lines_of(task, plain + lucky) == lines_of(task, lucky + plain) == told
    entries = [[make_entry("ours", rows=rows)] for rows in (plain, lucky + plain)]
    assert lines_of(task, entries[1]) == lines_of(task, entries[0])
    assert choose(lucky + plain, 100, DEVICE, 0.93) is plain[0]


def test_a_seed_that_qualifies_does_not_stand_in_for_the_reference(task, make_row):
    rows = [make_row("ours", 1, 10.0, 9_000), make_row("ours", 1, 10.0, 9_900, seed=1)]
    (line,) = lines_of(task, rows)
    assert (line.rank, line.qualifying) == (None, 0)
    with pytest.raises(CosplitError, match="no point qualifies"):
        choose(rows, 100, DEVICE, 0.93)


def test_a_submission_is_ranked_by_the_seed_it_has(task, make_row):
    (line,) = lines_of(task, [make_row("ours", seed=123_456)])
    assert line.rank == 1


def test_hypervolume_counts_what_two_points_share_once():
    steps = [(5.554e6, 2_457.6), (5.554e7, 245.76)]
    assert hypervolume(steps, WORST) == pytest.approx(2 * 1 + 1 * 2 - 1 * 1)


pairs = st.lists(st.tuples(st.floats(0, 6e8), st.floats(0, 3e4)), max_size=8)


def test_hypervolume_of_one_point_is_a_rectangle():
    assert hypervolume([(5.554e6, 245.76)], WORST) == pytest.approx(2 * 2)
    assert hypervolume([WORST], WORST) == hypervolume([], WORST) == 0
    assert hypervolume([(0, 0)], WORST) == pytest.approx(
        math.log10(WORST[0] / LEAST[0]) * math.log10(WORST[1])
    )


@given(points=pairs, more=pairs)
def test_more_points_never_lose_volume_and_order_is_nothing(points, more):
    both = hypervolume(points + more, WORST)
    assert both >= max(hypervolume(points, WORST), hypervolume(more, WORST)) - 1e-9
    assert both <= hypervolume(points, WORST) + hypervolume(more, WORST) + 1e-9
    assert both == pytest.approx(hypervolume((points + more)[::-1], WORST))


def test_the_boards_hypervolume_counts_what_its_score_counts(task, make_row):
    rows = [make_row("ours", 1_000_000, 1_000.0, 9_400)]
    missing = make_row("ours", 1_000_000, 10.0, 9_200)
    unfit = make_row("ours", 1_000_000, 20.0, 9_400, deployable=False)
    (alone,), (beside,) = lines_of(task, rows), lines_of(task, [*rows, missing, unfit])
    assert beside.hypervolume == alone.hypervolume > 0


def test_the_hypervolume_is_measured_from_the_tasks_own_network(task, make_row):
    row = make_row("ours", 1_000_000, 1_000.0, 9_400)
    (line,) = lines_of(task, [row])
    assert line.hypervolume == hypervolume([(1e6, 1_000.0)], (task.backbone.macs, 24_576))
    small = task.model_copy(update={"backbone": task.backbone.model_copy(update={"macs": 10**7})})
    (less,) = lines_of(small, [row])
    assert less.hypervolume == pytest.approx(math.log10(24.576))


def test_a_reproduction_ranks_with_what_containers_measured_before(task, make_entry):
    told = make_entry()
    measured = {
        "latency_emulated_ms": dict.fromkeys(GRID, EmulatedLatency(**ms(5.0))),
        "outcome_emulated": "ok",
    }
    rows = tuple(row.model_copy(update=measured) for row in told.points)
    proved = told.model_copy(update={"status": "reproduced"})
    entries = [told.model_copy(update={"points": rows}), proved]
    (line,) = lines_of(task, entries, tier="emulated")
    assert (line.status, line.score_ms) == ("reproduced", pytest.approx(5.0))


def test_the_record_needs_no_torch():
    modules = "board check entry provenance"
    imports = "".join(f"import cosplit.record.{module}\n" for module in modules.split())
    code = f"{imports}import sys\nsys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_rule_of_what_fits_decides_who_may_answer(make_row, task):
    rows = [
        make_row("deep", 300_000_000, 8.0, 9_400, deployable=False, peak_memory_bytes=2 << 30),
        make_row("lean", 300_000_000, 8.0, 9_400, deployable=False, peak_memory_bytes=1 << 20),
        make_row("shallow", 1, 9_000.0, 9_400),
    ]
    scored = {
        rule: {
            line.method
            for line in board(rows, task, task.threshold, "modelled", DEVICE, rule)
            if line.score_ms is not None
        }
        for rule in FIT_RULES
    }
    assert scored == {
        "share": {"shallow"},
        "memory": {"lean"},  # what was never measured does not fit
        "none": {"deep", "lean", "shallow"},
    }
