"""From folder to entry and back: every step can be done again, and every lie is noticed."""

from contextlib import nullcontext

import numpy as np
import pytest

from cosplit.errors import CosplitError
from cosplit.measure.accuracy import pack, unpack
from cosplit.record.check import check
from cosplit.record.entry import read_entry
from cosplit.submission.reproduce import Reproduction
from cosplit.submission.submit import Submitting

SECOND = """[[points]]
split_point = "conv2_x"
settings = { bits = 31 }
weights = "second.safetensors"
"""


class Quick(Submitting):
    """On few images."""

    def _runner(self, task, samples):
        return super()._runner(task, 20)


def sound(leaderboard):
    """Whether nothing is wrong but that few images were judged."""
    return {problem.field.rpartition(".")[2] for problem in check(leaderboard)} <= {"n_missing"}


class Interrupted:
    """A sandbox whose user loses patience at one of the starts."""

    def __init__(self, at):
        from local import Local

        self.local, self.at = Local(), at

    def start(self, half):
        if len(self.local.started) == self.at:
            raise KeyboardInterrupt
        return self.local.start(half)


@pytest.fixture
def local():
    from local import Local

    return Local()


@pytest.fixture
def submit(leaderboard, tmp_path, local):
    """Submits a folder, telling nobody."""

    def submit(folder, kind=Quick, sandbox=local):
        cache = tmp_path / "cache"
        submitting = kind(leaderboard, sandbox, cache=cache, say=lambda _: None)
        return submitting.submit(folder)

    return submit


@pytest.fixture
def two_points(make):
    from cosplit.point import OperatingPoint
    from cosplit.tensorfile import dump_tensors, read_header, read_tensors

    folder = make(more=SECOND)
    path = folder / "weights.safetensors"
    point = OperatingPoint("conv2_x", {"bits": 31}).to_json()
    content = dump_tensors(read_tensors(path), {**read_header(path).notes, "point": point})
    (folder / "second.safetensors").write_bytes(content)
    return folder


def files(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_from_folder_to_board_and_back(submit, make, leaderboard, tmp_path, local):
    folder = make()
    rows, path = submit(folder, Submitting)
    assert path == leaderboard / "entries/digits/newcomer.json"
    assert {row.outcome for row in rows} == {"ok"}
    assert sound(leaderboard)
    entry = read_entry(path)
    assert entry.status == "self-reported"
    assert entry.provenance.seeds == (rows[0].seed,)
    copied = leaderboard / "submissions/newcomer"
    assert (copied / "method.py").read_text() == (folder / "method.py").read_text()

    again = Reproduction(
        leaderboard, samples=60, sandbox=lambda: nullcontext(local), cache=tmp_path / "cache"
    )
    assert [one.remarks for one in again.of(entry)] == [()] * len(rows)
    (copied / "method.py").write_text((copied / "method.py").read_text() + "\n")
    with pytest.raises(CosplitError, match="not the code that was entered"):
        again.of(entry)
    weights = leaderboard / entry.artifacts[0].path
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    with pytest.raises(CosplitError, match="not the file that was entered"):
        again.of(entry)


def test_a_rehearsal_writes_nothing(make, leaderboard, tmp_path, local):
    before = files(leaderboard)
    submitting = Quick(leaderboard, local, cache=tmp_path / "cache", say=lambda _: None)
    assert submitting.rehearse(make())[0].outcome == "ok"
    assert files(leaderboard) == before


def test_a_submission_killed_between_points_goes_on(submit, two_points, leaderboard, local):
    with pytest.raises(KeyboardInterrupt):
        submit(two_points, sandbox=Interrupted(at=6))
    assert not list(leaderboard.glob("entries/*/*.json"))
    rows, path = submit(two_points)
    assert len(local.started) == 5, "the first point is done and not judged again"
    assert len({row.seed for row in rows}) == 1
    assert read_entry(path).frozen_points == ("conv2_x-bits32", "conv2_x-bits31")
    assert sound(leaderboard)


@pytest.mark.parametrize("file", ["method.py", "submission.toml", "newcomer.json"])
def test_a_submission_killed_at_any_file_goes_on(submit, make, monkeypatch, file):
    """The write of one file is where it ends."""
    from cosplit import files
    from cosplit.record import entry
    from cosplit.submission import publish

    def dies(path, data):
        if path.name == file:
            raise KeyboardInterrupt
        return files.write_atomic(path, data)

    folder = make()
    with monkeypatch.context() as patch:
        patch.setattr(publish, "write_atomic", dies)
        patch.setattr(entry, "write_atomic", dies)
        with pytest.raises(KeyboardInterrupt):
            submit(folder)
    assert submit(folder)[1].is_file()


def test_a_name_is_taken_once(submit, make, leaderboard):
    from cosplit.submission.folder import read_submission
    from cosplit.submission.publish import claim

    first = read_submission(make())
    claim(leaderboard, first, ["png"])
    claim(leaderboard, first, ["png"])
    other = make("returns_nan")
    with pytest.raises(CosplitError, match="holds another submission; choose another name"):
        claim(leaderboard, read_submission(other), ["png"])
    with pytest.raises(CosplitError, match="one of cosplit's own"):
        claim(leaderboard, first, ["newcomer"])
    (leaderboard / "entries/digits").mkdir()
    (leaderboard / "entries/digits/newcomer.json").write_text("{}")
    with pytest.raises(CosplitError, match="choose another, or to replace"):
        claim(leaderboard, first, ["png"])


def test_failures_are_rows_of_the_entry(submit, make, leaderboard):
    rows, path = submit(make("returns_nan"))
    assert [row.outcome for row in rows] == ["invalid"]
    assert read_entry(path).points == tuple(rows)
    assert sound(leaderboard)


@pytest.mark.parametrize("samples", [None, 100])
def test_an_entry_of_our_own_is_reproduced(own, leaderboard, samples):
    found = Reproduction(leaderboard, samples=samples).of(own)
    assert [one.remarks for one in found] == [()] * len(own.points)


def test_what_does_not_hold_is_told(own, leaderboard):
    told = own.points[0]
    correct = unpack(told.correct, told.n_images)
    swapped = np.r_[np.flatnonzero(correct)[:2], np.flatnonzero(~correct)[:2]]
    correct[swapped] = ~correct[swapped]  # four answers, and as many right as before
    lies = {
        "device_macs": 1,
        "payload_bits_mean": told.payload_bits_mean * 1.001,
        "correct": pack(correct),
        "outcome": "crash",
    }
    altered = [told.model_copy(update={field: value}) for field, value in lies.items()]
    entry = own.model_copy(update={"points": tuple(altered)})
    whole = Reproduction(leaderboard).of(entry)
    assert [one.holds for one in whole] == [False, False, True, False], "accuracy is compared"
    some = Reproduction(leaderboard, samples=539).of(entry)
    assert [one.holds for one in some] == [False, True, False, False], "answers are, bits are not"
