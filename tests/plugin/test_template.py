"""The template is a whole repository: its method is scored, its gate passes and fails."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from cosplit.row import Row

ASKED = ("--cosplit-parts", "my_parts", "--cosplit-method", "my_method", "--cosplit-samples", "100")


def gate(folder, base, head):
    start = "from cosplit.cli import main; main()"
    command = [sys.executable, "-c", start, "compare", str(base), str(head)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def base(repository, run_there):
    done = run_there(*ASKED, "--benchmark-json=base.json")
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_method_is_scored_and_the_repositorys_own_tests_are_left_alone(repository, base):
    report = json.loads((repository / "base.json").read_text())
    rows = [Row.model_validate(each["extra_info"]) for each in report["benchmarks"]]
    assert {(row.method, row.task, row.outcome) for row in rows} == {("my_method", "digits", "ok")}
    assert {row.point for row in rows} == {"input-quality20", "input-quality60"}
    assert "test_theirs" not in base.stdout
    assert "22 passed" in base.stdout


def test_a_log_has_one_line_a_point_that_ends(base):
    ended = re.findall(r"^\[(\d)/2\] (\S+ \S+): [\d.]+ %, \d+ \w+(.*)$", base.stdout, re.M)
    assert [(number, name) for number, name, _ in ended] == [
        ("1", "my_method input-quality20"),
        ("2", "my_method input-quality60"),
    ]
    assert re.fullmatch(r", about \d+ \w+ left", ended[0][2])
    assert ended[1][2] == ""
    assert "2 points, 2 to be trained first" in base.stdout


def test_a_named_folder_of_tests_is_run_too(run_there, base):
    done = run_there("tests", *ASKED, "-k", "test_theirs or quality20")
    assert done.returncode == 0, done.stdout
    assert "test_theirs.py ." in done.stdout
    assert "12 passed" in done.stdout


def test_the_gate_passes_what_is_the_same_and_stops_what_is_worse(repository, run_there, base):
    worse = shutil.copytree(repository, repository.parent / "worse")
    method = worse / "my_parts" / "methods" / "my_method.py"
    method.write_text(method.read_text().replace("budget.method_epochs / 2", "0.1"))
    for folder in (repository, worse):
        assert run_there(*ASKED, "--benchmark-json=head.json", cwd=folder).returncode == 0
    same = gate(repository, "base.json", "head.json")
    assert same.returncode == 0, same.stdout + same.stderr
    assert gate(worse, repository / "base.json", "head.json").returncode == 1


def test_the_workflow_measures_as_the_readme_says(repository):
    command = "pytest --cosplit-parts my_parts --cosplit-method my_method"
    for path in (".github/workflows/regression.yml", "README.md"):
        assert command in (repository / path).read_text()
