"""A run whose results could not be kept ends before any work, in one line and not in 0."""

import shutil
from pathlib import Path

import pytest

TASKS = Path(__file__).parents[2] / "benchmarks" / "tasks"
JSON = "--benchmark-json=out.json"


def refused(done, words):
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout + done.stderr
    (line,) = filter(None, done.stderr.splitlines())
    assert line.startswith("ERROR: ")
    assert words in line
    assert "[1/" not in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((JSON, "--benchmark-compare"), "hold two --benchmark-json files against each other"),
        ((JSON, "--benchmark-compare=0001"), "leave it out"),
        ((JSON, "--benchmark-compare-fail=min:5%"), "needs --benchmark-compare; add it"),
        ((JSON, "--benchmark-disable"), "leave it or --benchmark-json out"),
        (("--benchmark-autosave", "--benchmark-disable"), "leave it or --benchmark-autosave out"),
        ((JSON, "--collect-only"), "leave it or --benchmark-json out"),
        (("--benchmark-skip",), "leaves nothing to score; leave it out"),
        (("--setup-only",), "scores nothing; leave it out"),
        (("-p", "no:benchmark"), "leave out `-p no:benchmark`"),
        (("-p", "xdist", "-n", "2"), "leave out xdist's options, or add `-n 0`"),
        (("--benchmark-json=none/out.json",), "there is no folder none; make it first"),
        (("--benchmark-json=my_parts",), "cannot write my_parts: Is a directory; name another"),
        (("--benchmark-json=/proc/out.json",), "cannot write /proc/out.json"),
    ],
)
def test_what_leaves_nothing_is_refused(run_there, options, words):
    refused(run_there("--cosplit-parts", "my_parts", *options, "-W", "error"), words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--cosplit-task", "cifar10", JSON), "run `cosplit data fetch cifar10`"),
        (("--cosplit-samples", "0"), "0 samples: take one a class at least, 10"),
        (("--cosplit-parts", "none"), "the folder of parts none is no folder; make one with"),
        (("--cosplit-parts", "tests"), "the folder of parts tests has none of backbones/"),
    ],
)
def test_what_is_missing_is_named_with_the_remedy(run_there, options, words):
    refused(run_there(*options), words)


def test_only_untrained_points_of_a_ranked_task_are_refused(repository, run_there):
    parts = repository / "ranked_parts"
    (parts / "tasks").mkdir(parents=True)
    shutil.copytree(TASKS.parent / "splits", parts / "splits")
    text = (TASKS / "digits.toml").read_text()
    text = text.replace('name = "digits"', 'name = "race"').replace(
        "ranked = false", "ranked = true"
    )
    (parts / "tasks" / "race.toml").write_text(text)
    options = ("--cosplit-parts", "ranked_parts", "--cosplit-task", "race", JSON, "-W", "error")
    words = "no point asked for has a model: png input is not trained; run `cosplit "
    refused(run_there(*options, "--cosplit-method", "png"), words)


def test_a_file_that_is_there_already_is_kept_where_the_run_is_refused(repository, run_there):
    (repository / "out.json").write_text("before")
    run_there("--cosplit-parts", "my_parts", JSON, "--benchmark-skip")
    assert (repository / "out.json").read_text() == "before"


def test_no_test_left_is_no_success(run_there):
    done = run_there("--cosplit-method", "png", JSON, "-k", "nothing", "-W", "error")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "Traceback" not in done.stdout + done.stderr
