"""Silence is not success: each kind of nothing has its own words and its own exit code."""

import json
from pathlib import Path

import pytest

from cosplit.cli.exit_codes import MEANING, Exit, exit_code
from cosplit.errors import CosplitError, MissingData

BOARD = ("board", "check", "stats", "choose", "figures")
ARGUMENTS = {"choose": ["--rate", "1000"], "figures": ["out"]}


def asked(command: str, *words: str) -> list[str]:
    return [command, *ARGUMENTS.get(command, []), *words]


@pytest.mark.parametrize("command", BOARD)
def test_a_folder_that_is_no_leaderboard_is_named(run, command, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*asked(command, "--leaderboard", "here"))
    assert code == Exit.NO_LEADERBOARD
    assert err.startswith("cosplit: here: no leaderboard")
    assert (out, len(err.splitlines())) == ("", 1)


@pytest.mark.parametrize("command", BOARD)
def test_a_leaderboard_without_entries_says_so(run, command, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here" / "entries").mkdir(parents=True)
    code, out, err = run(*asked(command, "--leaderboard", "here"))
    assert code == Exit.NO_ENTRIES
    assert "no entries" in err
    assert (out, len(err.splitlines())) == ("", 1)


@pytest.mark.parametrize("command", BOARD)
def test_all_look_in_the_same_place_wherever_they_are_run(
    run, command, tmp_path: Path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(*asked(command))
    assert code in {Exit.OK, Exit.NO if command == "check" else Exit.OK}  # it may find problems
    assert out


def test_a_site_of_nothing_is_not_written(run, tmp_path: Path):
    (tmp_path / "entries").mkdir()
    code, _, err = run("board", "--leaderboard", str(tmp_path), "--site", str(tmp_path / "site"))
    assert code == Exit.NO_ENTRIES
    assert "no entries" in err
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("command", ["board", "stats", "choose", "figures"])
def test_a_task_that_is_never_ranked_has_no_entries(run, command):
    code, _, err = run(*asked(command, "--task", "digits"))
    assert code == Exit.NO_ENTRIES
    assert "never ranked" in err


UNKNOWN = [
    *((asked(command, "--task", "cifar"), "unknown task 'cifar'") for command in
      ("board", "stats", "choose", "figures")),
    (["list", "points", "--task", "cifar"], "unknown task"),
    (["train", "cifar"], "unknown task"),
    (["score", "cifar"], "unknown task"),
    (["enter", "cifar"], "unknown task"),
    (["data", "check", "cifar"], "unknown task"),
    (["data", "fetch", "cifar"], "unknown task"),
    (["train", "digits", "--method", "pnk"], "did you mean 'png'"),
    (["score", "digits", "--method", "pnk"], "did you mean 'png'"),
    (["train", "digits", "--point", "conv9"], "unknown point"),
    (["score", "digits", "--hardware", "rpi3"], "did you mean 'raspberry-pi-3'"),
    (asked("choose", "--hardware", "rpi3"), "did you mean 'raspberry-pi-3'"),
    (asked("figures", "--hardware", "rpi3"), "did you mean 'raspberry-pi-3'"),
    (["submit", "docs/example", "--hardware", "rpi3"], "did you mean 'raspberry-pi-3'"),
    (["profile", "verify", "rpi3"], "did you mean 'raspberry-pi-3'"),
    (["profile", "calibrate", "rpi3"], "did you mean 'raspberry-pi-3'"),
    (asked("choose", "--threshold", "0.5"), "choose from 0.93, 0.91"),
    (asked("choose", "--threshold", "7"), "choose from 0.93, 0.91"),
    (asked("figures", "--threshold", "nan"), "choose from 0.93, 0.91"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "says"), UNKNOWN, ids=lambda part: " ".join(part)[:40])
def test_a_name_that_does_not_exist_is_one_line(run, words, says):
    code, out, err = run(*words)
    assert code == Exit.UNKNOWN
    assert says in err
    assert (out, len(err.splitlines())) == ("", 1)


@pytest.mark.parametrize("rate", ["inf", "nan", "0", "-5", "-inf"])
def test_a_rate_that_no_link_has_is_refused(run, rate):
    code, out, err = run("choose", f"--rate={rate}")
    assert (code, out, len(err.splitlines())) == (Exit.USAGE, "", 1)
    assert "bytes per second above 0" in err


def test_a_format_that_no_figure_has_is_wrong_usage(run, tmp_path: Path):
    code, _, err = run("figures", "--format", "gif", str(tmp_path))
    assert (code, len(err.splitlines())) == (Exit.USAGE, 1)


def test_a_device_that_nothing_fits_is_an_answer_and_not_a_mistake(run):
    code, _, err = run("choose", "--rate", "1000", "--hardware", "raspberry-pi-4")
    assert code == Exit.NO
    assert "no point qualifies" in err


def test_a_passing_gate_says_that_it_has_looked(run, tmp_path: Path):
    """Two equal runs."""
    row = {"task": "digits", "method": "png", "point": "input", "split_point": "input"}
    bench = {
        "name": "test_tradeoff[png-input]",
        "extra_info": row | {"settings": {}},
        "stats": None,
    }
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"machine_info": {}, "benchmarks": [bench]}))
    code, out, _ = run("compare", str(path), str(path))
    assert (code, out) == (Exit.OK, "1 row compared, nothing worse\n")
    told = json.loads(run("compare", str(path), str(path), "--json")[1])
    assert told == {"rows": 1, "passed": True, "findings": []}
    code, _, err = run("compare", str(path), str(path), "--config", str(tmp_path / "typo.toml"))
    assert code == Exit.NOT_COMPARED
    assert "typo.toml: no such file" in err


def test_an_error_of_no_kind_of_its_own_is_a_plain_no():
    assert {exit_code(CosplitError("x")), exit_code(MissingData("x"))} == {Exit.NO}
    assert set(MEANING) == set(Exit)
