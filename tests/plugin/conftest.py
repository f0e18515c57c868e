"""A repository of somebody else: `docs/template`, copied to where nothing of ours lies."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_FEWER = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
Run = Callable[..., subprocess.CompletedProcess]


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """The template beside a test of its own."""
    folder = tmp_path_factory.mktemp("stranger") / "repository"
    shutil.copytree(ROOT / "docs" / "template", folder)
    with (folder / "pyproject.toml").open("a") as limits:
        limits.write("latency = 9 # a busy machine is no slower program\n")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_theirs.py").write_text("def test_theirs():\n    pass\n")
    return folder


@pytest.fixture(scope="module")
def run_there(repository) -> Run:
    """Runs the installed pytest in the repository."""

    def run(*options: str, cwd: Path = repository) -> subprocess.CompletedProcess:
        environment = os.environ | {"COSPLIT_CACHE": str(repository / "cache"), "COLUMNS": "200"}
        environment.pop("COSPLIT_DATA", None)
        return subprocess.run(
            [sys.executable, "-m", "pytest", *_FEWER, *options],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
