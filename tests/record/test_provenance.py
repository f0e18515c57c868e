"""What counts as a change that no commit holds: code and recipes, not what they make."""

import subprocess
from datetime import date

import pytest

from cosplit.record.provenance import CODE, provenance, uncommitted


@pytest.fixture
def repository(tmp_path):
    for name in (*CODE, "leaderboard", "docs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file.py").write_text("old")
    who = ("-c", "user.name=test", "-c", "user.email=test")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "all")):
        subprocess.run(["git", "-C", tmp_path, *words], check=True)
    return tmp_path


def test_a_commit_holds_everything(repository):
    assert not uncommitted(repository)


@pytest.mark.parametrize("file", ["file.py", "new.py"])
@pytest.mark.parametrize("folder", CODE)
def test_changed_and_new_code_is_dirty(repository, folder, file):
    (repository / folder / file).write_text("new")
    assert uncommitted(repository)


@pytest.mark.parametrize("folder", ["leaderboard", "docs"])
def test_what_entering_writes_is_not(repository, folder):
    (repository / folder / "file.py").write_text("new")
    assert not uncommitted(repository)


def test_outside_a_repository_nothing_is_dirty(tmp_path):
    assert not uncommitted(tmp_path)


def test_the_day_is_of_the_run():
    assert provenance("d", 1, 0.0, today=date(2026, 2, 1)).date == "2026-02-01"
