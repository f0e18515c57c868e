"""Help texts: one style, every command says how it ends, and starting stays cheap."""

import json
import subprocess
import sys
import time

import pytest
import typer
from typer.main import get_command

from cosplit.cli import app


def commands(command, name="cosplit"):
    """Every command, groups included, by its words."""
    yield name, command
    for word, each in getattr(command, "commands", {}).items():
        yield from commands(each, f"{name} {word}")


ALL = dict(commands(get_command(app)))
LEAVES = {name: each for name, each in ALL.items() if not hasattr(each, "commands")}


@pytest.mark.parametrize("name", ALL)
def test_every_help_text_is_a_sentence(name):
    command = ALL[name]
    texts = [command.help, *(p.help for p in command.params if p.name != "help")]
    for text in filter(None, texts):
        if "completion" in text:  # typer's own
            continue
        first = text.strip().partition("\n\n")[0]
        assert first[0].isupper() or first[0] in "`<", text
        assert first[-1] in ".?", text


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_says_how_it_ends(name):
    said = LEAVES[name].epilog
    assert said.startswith("\b\nExit codes:\n  0  ")
    assert "\n  1  " in said
    assert "\n  2  wrong usage" in said


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_answers_machines_too(name):
    options = {text for param in LEAVES[name].params for text in param.opts}
    assert "--json" in options


def test_the_list_of_commands_is_not_cut_short_at_80_columns(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = run("--help")
    assert code == 0
    assert "..." not in out.partition("Commands:")[2]
    for name in ("--version", "--install-completion", "Exit codes:", "130  interrupted"):
        assert name in out


@pytest.mark.parametrize(
    "start", [["-m", "cosplit"], ["-c", "from cosplit.cli import main; main()"]]
)
def test_the_version_is_told(start):
    done = subprocess.run(
        [sys.executable, *start, "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("cosplit 0.")


def test_the_shell_completes_names(run, monkeypatch):
    monkeypatch.setenv("_COSPLIT_COMPLETE", "complete_bash")
    for words, found in (
        ("cosplit train ", "cifar10"),
        ("cosplit train digits --method th", "three_step"),
        ("cosplit choose --hardware rasp", "raspberry-pi-3"),
        ("cosplit dat", "data"),
    ):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        assert found in run()[1]


def test_help_takes_at_most_twice_a_bare_import_of_what_it_is_made_of():
    """The quickest of several, in turns: what else runs here slows both."""
    bare = [sys.executable, "-c", "import typer, rich"]
    helping = [sys.executable, "-m", "cosplit", "--help"]
    seconds = {id(bare): [], id(helping): []}
    for _ in range(9):
        for command in (bare, helping):
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            seconds[id(command)].append(time.perf_counter() - start)
    assert min(seconds[id(helping)]) <= 2 * min(seconds[id(bare)])


def test_a_stray_json_is_one_document(run):
    for words in (
        ("list", "tasks"),
        ("list", "hardware"),
        ("board", "--task", "cifar10"),
        ("choose", "--rate", "1000"),
        ("stats",),
        ("data", "check", "digits"),
    ):
        code, out, _ = run(*words, "--json")
        assert code == 0
        assert isinstance(json.loads(out), list | dict)


def test_numbers_for_machines_are_exact(run):
    told = json.loads(run("choose", "--rate", "1000", "--json")[1])
    assert told["rate_bytes_per_s"] == 1000
    assert 0 < told["accuracy"] < 1
    assert told["accuracy"] != round(told["accuracy"], 4)
    assert isinstance(told["device_macs"], int)


def test_typer_is_told_to_draw_no_boxes():
    assert isinstance(app, typer.Typer)
    assert app.rich_markup_mode is None
