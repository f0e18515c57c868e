"""What `cosplit enter` takes over, and what it refuses."""

import json

import pytest

from cosplit import catalogue
from cosplit.cli.enter import _emulated
from cosplit.errors import CosplitError
from cosplit.point import OperatingPoint
from cosplit.record.entry import write_entry


def measured(entry, peak):
    """The entry's rows with a peak of memory."""
    new = {"outcome_emulated": "ok", "peak_memory_bytes": peak}
    return tuple(row.model_copy(update=new) for row in entry.points)


def test_what_was_measured_stays_when_the_same_weights_are_entered_again(own, enter, leaderboard):
    write_entry(leaderboard, own.model_copy(update={"points": measured(own, 1)}))
    assert {row.peak_memory_bytes for row in enter().points} == {1}


def test_a_benchmarks_file_comes_after_what_stands_in_the_entries(own, leaderboard, task, tmp_path):
    write_entry(leaderboard, own.model_copy(update={"points": measured(own, 1)}))
    info = [json.loads(row.model_dump_json()) for row in measured(own, 2)]
    tests = [{"name": f"test_latency[{k}]", "extra_info": row} for k, row in enumerate(info)]
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"benchmarks": tests}))
    peaks = [row.peak_memory_bytes for row in _emulated(leaderboard, task, file)]
    assert peaks == [1] * len(info) + [2] * len(info)


def test_a_list_is_entered_whole(save, enter, monkeypatch):
    save()
    monkeypatch.setattr(
        type(catalogue.method("png")),
        "points",
        lambda self, task: [OperatingPoint("input", {}), OperatingPoint("input", {"level": 1})],
    )
    with pytest.raises(CosplitError, match="png: not trained at input-level1, and a list is"):
        enter()
