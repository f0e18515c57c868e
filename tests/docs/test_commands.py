"""Every `cosplit` command that a page names exists, with the options that it is given."""

import re
import shlex
import subprocess
import sys

import pytest
import typer

import cosplit
from cosplit.cli import app

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(cosplit [^`]+)`")
CALL = re.compile(r"(?:^|[ /&(])cosplit (?=[a-z-])")


def walk(words):
    """The command that `words` name, its parent's context, and the words that are left."""
    name, command = "cosplit", typer.main.get_command(app)
    context = command.context_class(command, info_name=name)
    while hasattr(command, "resolve_command") and words and not words[0].startswith("-"):
        name, command, words = command.resolve_command(context, words)
        context = command.context_class(command, info_name=name, parent=context)
    return command, context, words


def parse(line):
    """Read a command line as the terminal would, short of running it."""
    command, context, words = walk(shlex.split(line, comments=True)[1:])
    if not hasattr(command, "resolve_command"):
        command.make_context(context.info_name, words, parent=context.parent)


def unknown(mention):
    """Options of a mention in prose that its command lacks; an unknown command raises."""
    command, _, words = walk(shlex.split(mention)[1:])
    known = {name for option in command.params for name in option.opts + option.secondary_opts}
    return {word for word in words if word.startswith("-")} - known - {"--help"}


def test_command_lines_parse(pages):
    lines = [
        "cosplit " + CALL.split(line, maxsplit=1)[1]
        for text in pages.values()
        for language, block in FENCED.findall(text)
        if language in ("", "sh")
        for line in block.splitlines()
        if CALL.search(line.partition("#")[0])
    ]
    assert len(lines) > 20
    for line in lines:
        parse(line)


def test_commands_in_prose_exist_with_their_options(pages):
    mentions = {(path.name, m) for path, text in pages.items() for m in INLINE.findall(text)}
    for page, mention in sorted(mentions):
        assert not unknown(mention), f"{page}: {mention}"


@pytest.mark.parametrize("line", ["cosplit bored", "cosplit board --tusk x", "cosplit choose"])
def test_a_wrong_line_is_seen(line):
    with pytest.raises(Exception, match=r"(?i)no such|missing"):
        parse(line)


def test_options_of_pytest_in_a_page_exist(pages, root):
    command = [sys.executable, "-m", "pytest", "benchmarks", "--help"]
    known = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    lines = [
        found
        for text in pages.values()
        for found in re.findall(r"(?:^|[`/ ])pytest (?=[^\n`]*--)([^\n`#]*)", text, re.MULTILINE)
    ]
    assert len(lines) > 5
    lacking = {o for line in lines for o in re.findall(r"--[a-z-]+", line) if o not in known}
    assert lacking == set()


@pytest.mark.parametrize("end", ["/pytest", "--benchmark-json=results.json"])
def test_readme_has_the_two_commands_that_ci_runs(pages, root, end):
    lines = pages[root / "README.md"].splitlines()
    found = [line for line in lines if line.startswith("python3 -m venv") and line.endswith(end)]
    assert len(found) == 1
    assert "pip install -e" in found[0].split(" && ")[1]


def test_what_readme_shows_in_a_notebook_is_exported(pages, root):
    code = "".join(re.findall(r"^```python\n(.*?)^```", pages[root / "README.md"], re.M | re.S))
    names = re.findall(r"cosplit\.(\w+)\(", code)
    assert names
    assert all(callable(getattr(cosplit, name)) for name in names)
