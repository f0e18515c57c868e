"""A reproduction that is published: beside the entry, measured anew, and ranked by."""

import pytest
from typer.testing import CliRunner

from cosplit.cli import app
from cosplit.errors import CosplitError
from cosplit.record.check import check
from cosplit.record.entry import entry_path, proves, read_entry, write_entry
from cosplit.submission import reproduced
from cosplit.submission.reproduce import Reproduction


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.setattr(reproduced, "commit", lambda: "c" * 40)
    monkeypatch.setattr(reproduced, "uncommitted", lambda: False)


@pytest.fixture
def published(own, leaderboard):
    """The reproduction of `own`, by the command."""
    told = entry_path(leaderboard, own)
    done = CliRunner().invoke(app, ["reproduce", str(told), "--publish"])
    assert done.exit_code == 0, done.output
    return read_entry(told.with_name("png.reproduced.json"))


def test_it_lies_beside_the_report_and_both_are_sound(published, leaderboard, own):
    assert published.status == "reproduced"
    assert entry_path(leaderboard, published).is_file()
    assert {row.key: row.correct for row in published.points} == {
        row.key: row.correct for row in own.points
    }
    assert check(leaderboard) == []


def test_it_says_where_and_when_it_was_measured(published, own):
    assert published.provenance.commit == own.provenance.commit
    assert published.provenance.wall_time_s != own.provenance.wall_time_s
    assert published.provenance.data == own.provenance.data


def test_a_report_of_other_weights_takes_it_away(published, leaderboard, save, enter):
    save(seed=0)
    enter()
    assert entry_path(leaderboard, published).is_file()
    rows = tuple(row.model_copy(update={"weights_digest": "0" * 64}) for row in published.points)
    other = published.model_copy(update={"points": rows, "status": "self-reported"})
    assert not proves(published, other)
    write_entry(leaderboard, other)
    assert not entry_path(leaderboard, published).is_file()


def test_check_refuses_one_of_other_weights(published, leaderboard):
    rows = tuple(row.model_copy(update={"weights_digest": "0" * 64}) for row in published.points)
    write_entry(leaderboard, published.model_copy(update={"points": rows}))
    assert [(p.file, p.field) for p in check(leaderboard)] == [
        ("entries/digits/png.reproduced.json", "status")
    ]


def test_one_that_does_not_hold_is_not_written(own, leaderboard, monkeypatch):
    told = entry_path(leaderboard, own)
    broken = tuple(
        row.model_copy(update={"device_macs": 7, "device_flops": 14}) for row in own.points
    )
    write_entry(leaderboard, own.model_copy(update={"points": broken}))
    done = CliRunner().invoke(app, ["reproduce", str(told), "--publish"])
    assert done.exit_code == 1
    assert not told.with_name("png.reproduced.json").exists()


@pytest.mark.parametrize(
    ("change", "samples", "says"),
    [
        ({"status": "reproduced"}, None, "name the reported entry"),
        ({}, 100, "leave out --samples"),
    ],
)
def test_what_cannot_be_published_is_refused_at_once(own, change, samples, says):
    with pytest.raises(CosplitError, match=says):
        reproduced.publishable(own.model_copy(update=change), samples)


def test_uncommitted_code_is_refused(own, monkeypatch):
    monkeypatch.setattr(reproduced, "uncommitted", lambda: True)
    with pytest.raises(CosplitError, match="commit first"):
        reproduced.publishable(own, None)


def test_code_of_no_commit_is_refused(own, monkeypatch):
    monkeypatch.setattr(reproduced, "commit", lambda: None)
    with pytest.raises(CosplitError, match="run it from a clone"):
        reproduced.publishable(own, None)


def test_the_rows_are_measured_not_copied(own, leaderboard):
    found = Reproduction(leaderboard).of(own)
    by_other_code = own.method.model_copy(update={"code_digest": "0" * 64})
    rows = tuple(row.model_copy(update={"detail": "told"}) for row in own.points)
    altered = own.model_copy(update={"points": rows, "method": by_other_code})
    entry = reproduced.reproduced(altered, found, 1.0)
    assert entry.method == own.method
    assert {row.detail for row in entry.points} == {""}
