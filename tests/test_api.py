"""What a notebook calls: the documented lines run, and columns are the fields of rows."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import cosplit
from cosplit.errors import CosplitError
from cosplit.record.board import BoardLine
from cosplit.row import Row

PAGE = Path(__file__).parent.parent / "docs" / "notebook.md"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory) -> dict[str, object]:
    """What the page's lines leave behind."""
    (lines,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    file = tmp_path_factory.mktemp("notebook") / "notebook.py"
    file.write_text(lines)
    return runpy.run_path(str(file))


def test_the_documented_lines_score_and_rank(notebook):
    assert list(notebook["rows"].columns) == list(Row.model_fields)
    assert set(notebook["rows"].outcome) == {"ok"}
    assert list(notebook["ranking"].columns) == list(BoardLine.model_fields)
    assert notebook["ranking"].score_ms.is_monotonic_increasing


def test_tasks_and_methods_are_named():
    assert {"cifar10", "digits"} <= set(cosplit.tasks())
    assert {"png", "three_step"} <= set(cosplit.methods())
    assert not [name for name in cosplit.methods() if name.startswith("_")]


def test_methods_is_both_the_list_and_the_package():
    """Whatever was imported first, in an interpreter of its own."""
    code = "import cosplit; print(len(cosplit.methods())); from cosplit.methods import png"
    other = f"import cosplit.methods.png; {code}; print(cosplit.methods.png.__name__)"
    for each in (code, other):
        subprocess.run([sys.executable, "-c", each], check=True, capture_output=True)


def test_one_board_is_asked_for():
    easier = cosplit.board("cifar10", 0.91)
    assert set(easier.threshold) == {0.91}
    assert set(easier.tier) == {"modelled"}


@pytest.mark.parametrize(
    ("ask", "culprit"),
    [
        (lambda: cosplit.score("pngg"), "pngg"),
        (lambda: cosplit.score("png", "digit"), "digit"),
        (lambda: cosplit.score("png", points=["inputt"]), "inputt"),
        (lambda: cosplit.score("png", hardware="raspberry-pi-33"), "raspberry-pi-33"),
        (lambda: cosplit.board("cifar"), "cifar"),
        (lambda: cosplit.board("cifar10", 0.5), "0.5"),
        (lambda: cosplit.board("cifar10", hardware="raspberry-pi-33"), "raspberry-pi-33"),
        (lambda: cosplit.board("cifar10", tier="measured"), "measured"),
    ],
)
def test_a_name_that_does_not_exist_is_one_line(ask, culprit):
    with pytest.raises(CosplitError, match=re.escape(culprit)) as error:
        ask()
    assert "\n" not in str(error.value)


def test_what_is_exported_is_there():
    assert all(hasattr(cosplit, name) for name in cosplit.__all__)
