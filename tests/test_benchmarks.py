"""`pytest benchmarks` as a user runs it, on a method dropped into a folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cosplit.row import Row

ROOT = Path(__file__).parent.parent
METHOD = '''
"""The image itself, before a network that was never trained."""
from cosplit.backbones import build_backbone
from cosplit.codecs.png import Png
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel

class Untrained(Method):
    title, authors, source = "Untrained", "nobody", "this test"
    def points(self, task):
        return [OperatingPoint("input", {"fails": k}) for k in (0, 1)]
    def fit(self, task, point, train):
        if point.settings["fails"]:
            raise MemoryError("too big")
        return self.build(task, point, {})
    def build(self, task, point, config):
        device, server = build_backbone(task).split("input")
        return SplitModel(device, Png(task.data.shape), server, {}).eval()
'''


def bench(folder: Path, *options: str) -> subprocess.CompletedProcess:
    (folder / "parts" / "methods").mkdir(parents=True, exist_ok=True)
    (folder / "parts" / "methods" / "untrained_for_bench.py").write_text(METHOD)
    command = [sys.executable, "-m", "pytest", str(ROOT / "benchmarks"), "-c"]
    command += [str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider", "--parts", "parts"]
    environment = os.environ | {"COSPLIT_CACHE": str(folder / "cache"), "COLUMNS": "160"}
    environment.pop("COSPLIT_DATA", None)
    return subprocess.run(
        [*command, *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    options = ("--method", "untrained_for_bench", "--samples", "20", "--benchmark-json=out.json")
    return folder, bench(folder, *options)


def test_a_run_passes_and_shows_failures(run):
    _, done = run
    assert done.returncode == 0, done.stdout + done.stderr
    assert "xfailed" in done.stdout
    assert "oom: MemoryError: too big" in done.stdout


def test_json_holds_rows_and_no_host_name(run):
    folder, _ = run
    report = json.loads((folder / "out.json").read_text())
    rows = [Row.model_validate(each["extra_info"]) for each in report["benchmarks"]]
    assert {row.outcome for row in rows} >= {"ok"}
    assert {row.channel for row in rows} >= {"noiseless", "awgn10", "bsc0.05"}
    assert "node" not in report["machine_info"]
    assert set(report["commit_info"]) <= {"id", "time", "dirty"}
    assert str(ROOT) not in json.dumps(report)


def test_figures_and_rows_lie_where_it_says(run):
    folder, done = run
    (runs,) = (folder / "runs").iterdir()
    made = {path.name for path in runs.iterdir()}
    assert made == {"tradeoff.svg", "latency.svg", "noise.svg", "winners.svg", "rows.jsonl"}
    assert str(runs.relative_to(folder) / "rows.jsonl") in done.stdout


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--method", "pgn"), "unknown method 'pgn'; did you mean 'png'?"),
        (("--task", "digit"), "unknown task 'digit'; did you mean 'digits'?"),
        (("--hardware", "raspberry-pi-33"), "did you mean 'raspberry-pi-3'?"),
        (("--samples", "3"), "3 samples: take one a class at least, 10"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, options, line):
    done = bench(tmp_path, *options)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert line in done.stderr
    assert len(done.stderr.splitlines()) <= 2


def test_absent_data_ends_in_one_line_that_names_the_command(tmp_path):
    done = bench(tmp_path, "--task", "cifar10", "--benchmark-json=out.json")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "run `cosplit data fetch cifar10`" in done.stderr
    assert len(done.stderr.splitlines()) <= 2


def test_a_run_in_which_nothing_was_scored_fails(tmp_path):
    options = ("--method", "untrained_for_bench", "-k", "fails1")
    assert bench(tmp_path, *options).returncode == pytest.ExitCode.TESTS_FAILED
