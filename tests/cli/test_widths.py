"""The commands themselves on terminals of any width: nothing too long, nothing folded."""

import io
import os
import re
import subprocess
import sys

import pytest

from cosplit import cli
from cosplit.cli.compare import _table
from cosplit.record.compare import Comparison
from cosplit.record.regression import Finding
from cosplit.screen import print_tables

WIDTHS = (60, 80, 120)
COMMANDS = (
    ("list", "methods"),
    ("list", "tasks"),
    ("list", "points", "--task", "cifar10"),
    ("list", "hardware"),
    ("list", "channels"),
    ("board",),
    ("stats",),
    ("choose", "--rate", "1000"),
)


class Terminal(io.StringIO):
    """Says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch):
    """The lines that a command shows on a terminal of this width."""

    def call(width: int, *words: str) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr("sys.argv", ["cosplit", *words])
        monkeypatch.setattr("sys.stdout", terminal := Terminal())
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert not stop.value.code
        return re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue()).splitlines()

    return call


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_is_longer_than_the_screen_and_every_number_is_whole(screen, words):
    wide = screen(1000, *words)
    numbers = {word for line in wide for word in line.split() if word[0].isdigit()}
    for width in WIDTHS:
        lines = screen(width, *words)
        assert max(map(len, lines)) <= width
        seen = {word for line in lines for word in line.split() if word[0].isdigit()}
        assert seen <= numbers


@pytest.mark.parametrize("width", [1, 10, 100_000])
@pytest.mark.parametrize("words", [("list", "methods"), ("board",)], ids=" ".join)
def test_absurd_widths_are_no_mistake(screen, words, width):
    assert screen(width, *words)


def test_the_board_has_its_essentials_at_60_columns(screen):
    shown = "\n".join(screen(60, "board", "--task", "cifar10"))
    for part in ("three_step", "bottlenet_plus_plus", "score", "ms"):
        assert part in shown


@pytest.mark.parametrize("words", [("board",), ("list", "methods"), ("--help",)], ids=" ".join)
def test_what_is_no_terminal_may_know_ascii_alone(words):
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "20"}
    command = [sys.executable, "-m", "cosplit", *words]
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert done.stdout.isascii()
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("width", WIDTHS)
def test_what_got_worse_says_by_how_much_however_narrow(width: int, monkeypatch) -> None:
    change = "+238.65 % at equal weights"
    worse = Finding("digits/ours/quality60/bsc0.05", "bits", 761.5111, 2578.874, change, "worse")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    print_tables(terminal, _table(Comparison((worse,), 22)))
    assert "+238.65" in terminal.getvalue()
    assert max(map(len, terminal.getvalue().splitlines())) <= width + len("\x1b[1m\x1b[0m")
