"""What a terminal of 80 columns shows while a run is under way: one line a point, in its place."""

import os
import pty
import re
import shutil
import subprocess
import sys

import pytest

METHOD = """
from cosplit.backbones import build_backbone
from cosplit.codecs.png import Png
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel

class Steady(Method):
    title, authors, source = "Steady", "nobody", "this test"
    def points(self, task):
        return [OperatingPoint("input", {"with_a_name_of_some_length": k}) for k in range(3)]
    def fit(self, task, point, train):
        if point.settings["with_a_name_of_some_length"] == 2:
            raise MemoryError("too big")
        return self.build(task, point, {})
    def build(self, task, point, config):
        device, server = build_backbone(task).split("input")
        return SplitModel(device, Png(task.data.shape), server, {}).eval()
"""
NAME = "steady input-with_a_name_of_some_length"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One for all tests, so that only the first of them trains."""
    found = tmp_path_factory.mktemp("progress")
    (found / "parts" / "methods").mkdir(parents=True)
    (found / "parts" / "methods" / "steady.py").write_text(METHOD)
    return found


def command(*options):
    asked = ("--cosplit-parts", "parts", "--cosplit-method", "steady", "--cosplit-samples", "20")
    fewer = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    return [sys.executable, "-m", "pytest", *fewer, *asked, "-k", "test_latency", *options]


def environment(folder):
    return os.environ | {"COSPLIT_CACHE": str(folder / "cache"), "COLUMNS": "80", "NO_COLOR": "1"}


def on_a_terminal(folder, *options):
    """All that is written to a terminal, carriage returns included."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command(*options), cwd=folder, env=environment(folder), stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        seen = b""
        while chunk := _read(ours):
            seen += chunk
    os.close(ours)
    assert process.returncode == 0, seen.decode()
    return seen.decode().replace("\r\n", "\n")


def _read(file):
    try:
        return os.read(file, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""


def shown(text):
    """The lines that stay once all is written."""
    return [line.rsplit("\r", 1)[-1].rstrip() for line in text.split("\n")]


def in_a_log(folder, *options):
    return subprocess.run(
        command(*options),
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_point_under_way_is_rewritten_and_stays_as_one_line(folder):
    text = on_a_terminal(folder)
    for k, what in [(0, "loading"), (0, "(training|scoring)"), (0, "timing"), (2, "loading")]:
        assert re.search(rf"\r\[{k + 1}/3\] {NAME}{k}: {what}", text)
    points = [line for line in shown(text) if line.startswith("[")]
    assert [line.partition(":")[0] for line in points] == [
        f"[{k + 1}/3] {NAME}{k}" for k in range(3)
    ]
    assert re.search(r": [\d.]+ %, \d+ \w+, about \d+ \w+ left$", points[0])
    assert ": oom: MemoryError: too big, " in points[2]
    under_way = [part for part in text.replace("\n", "\r").split("\r") if part.startswith("[")]
    assert max(map(len, under_way)) < 80


def test_less_is_shown_where_less_is_asked_for(folder):
    text = on_a_terminal(folder, "-q")
    assert f"\r[1/3] {NAME}0: timing" in text
    assert not [line for line in shown(text) if line.startswith("[")]
    assert not [line for line in in_a_log(folder, "-q").splitlines() if line.startswith("[")]


def test_more_is_shown_where_more_is_asked_for(folder):
    text = in_a_log(folder, "-v")
    assert re.search(rf"^cosplit::test_latency\[{NAME.replace(' ', '-')}0\] PASSED", text, re.M)
    assert re.search(rf"^\[1/3\] {NAME}0: [\d.]+ %, \d+ s, about", text, re.M)
    assert "\r" not in text


def test_a_failed_test_is_a_failed_line_and_pytest_shows_why(folder, tmp_path):
    folder = shutil.copytree(folder, tmp_path / "broken")
    (folder / "conftest.py").write_text(
        "import pytest\n@pytest.fixture(autouse=True)\ndef broken():\n    assert 1 == 2\n"
    )
    done = subprocess.run(
        command(), cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert f"[1/3] {NAME}0: FAILED, " in done.stdout
    assert "assert 1 == 2" in done.stdout
