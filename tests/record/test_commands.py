"""`cosplit check` and `cosplit board`, as a user runs them."""

import json

import pytest
import typer
from typer.testing import CliRunner

from cosplit.cli.board import board
from cosplit.cli.check import check
from cosplit.cli.figures import figures
from cosplit.errors import CosplitError
from cosplit.measure.hardware import DEVICE
from cosplit.record import check as checking
from cosplit.record.entry import json_schema, write_entry

FIGURES = ("tradeoff", "latency", "noise", "winners")


@pytest.fixture
def run():
    def invoke(command, *arguments):
        app = typer.Typer()
        app.command()(command)
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture(autouse=True)
def _made_up_profiles(profiles, monkeypatch):
    original = checking.check
    monkeypatch.setattr(checking, "check", lambda root: original(root, profiles=profiles))


def test_check_says_how_many_and_exits_by_it(run, leaderboard):
    sound = run(check, "--leaderboard", leaderboard)
    assert (sound.exit_code, sound.stdout) == (0, "3 entries, no problems\n")
    path = leaderboard / "entries" / "cifar10" / "png.json"
    path.write_text(path.read_text().replace('"accuracy": 0.935', '"accuracy": 0.99'))
    broken = run(check, "--leaderboard", leaderboard)
    assert broken.exit_code == 1
    assert "entries/cifar10/png.json: points.0.accuracy: 0.99" in broken.output


def test_check_shows_a_strangers_words_as_text(run, leaderboard):
    path = leaderboard / "entries" / "cifar10" / "png.json"
    path.write_text(path.read_text().replace('"method": "png"', r'"method": "p\u001b[2Jng"'))
    said = run(check, "--leaderboard", leaderboard).output
    assert "row of p?[2Jng" in said
    assert "\x1b" not in said


def test_check_prints_the_schema(run):
    assert json.loads(run(check, "--schema").stdout) == json_schema()


def test_a_folder_that_is_no_leaderboard_is_named(run, tmp_path):
    assert isinstance(run(check, "--leaderboard", tmp_path).exception, CosplitError)


def test_the_board_prints_every_place(run, leaderboard, make_entry):
    write_entry(leaderboard, make_entry("failing", [(1_000_000, 100.0, 8_000)]))
    shown = run(board, "--leaderboard", leaderboard)
    assert shown.exit_code == 0, shown.output
    assert f"modelled latency of points that reach 93 %, on {DEVICE}" in shown.stdout
    assert "reach 91 %" in shown.stdout
    assert "no point" in shown.stdout
    lines = json.loads(run(board, "--leaderboard", leaderboard, "--json").stdout)
    assert [line["rank"] for line in lines] == [1, 2, 3, None] * 2


def test_the_board_writes_its_site(run, leaderboard, tmp_path):
    said = run(board, "--leaderboard", leaderboard, "--site", tmp_path / "site")
    assert said.exit_code == 0, said.output
    assert said.stdout.strip() == f"3 entries; open {tmp_path / 'site' / 'index.html'}"
    assert (tmp_path / "site" / "entries" / "cifar10" / "png.html").is_file()


def test_a_damaged_entry_is_one_line_on_the_board_too(run, leaderboard):
    (leaderboard / "entries" / "cifar10" / "png.json").write_text("{")
    error = run(board, "--leaderboard", leaderboard).exception
    assert isinstance(error, CosplitError)
    assert "png.json: not strict JSON" in str(error)


def test_the_figures_are_drawn_from_the_entries_the_same_each_time(run, leaderboard, tmp_path):
    drawn = {}
    for name in ("one", "two"):
        out = tmp_path / name
        done = run(figures, "--task", "cifar10", "--leaderboard", leaderboard, out)
        assert done.exit_code == 0, done.output
        assert done.stdout.split() == [str(out / f"{name}.svg") for name in FIGURES]
        drawn[name] = [path.read_bytes() for path in sorted(out.iterdir())]
    assert drawn["one"] == drawn["two"]
    assert b"theirs" in drawn["one"][0]


def test_the_figures_say_for_machines_which_files_they_wrote(run, leaderboard, tmp_path):
    options = ("--format", "svg,png", "--json", "--leaderboard", leaderboard)
    written = json.loads(run(figures, *options, tmp_path / "out").stdout)
    assert written == [
        str(tmp_path / "out" / f"{name}.{kind}") for name in FIGURES for kind in ("svg", "png")
    ]
    assert sorted(written) == sorted(map(str, (tmp_path / "out").iterdir()))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--threshold", "0.5"), "choose from 0.93, 0.91"),
        (("--task", "digits"), "no entries"),
        (("--format", "svg,gif"), "unknown format 'gif'; choose from svg, pdf, png"),
    ],
)
def test_figures_of_nothing_are_one_line(run, leaderboard, tmp_path, options, says):
    error = run(figures, "--leaderboard", leaderboard, *options, tmp_path).exception
    assert isinstance(error, CosplitError)
    assert says in str(error)
    assert list(tmp_path.glob("*.svg")) == []


def test_the_board_prints_a_block_of_the_docs(run, leaderboard):
    asked = ("--leaderboard", leaderboard, "--markdown", "best")
    shown = run(board, *asked, "--task", "cifar10")
    assert shown.exit_code == 0, shown.output
    assert len(shown.stdout.splitlines()) == 2 + 3
    assert "add --task" in str(run(board, *asked).exception)
