"""Refuses, before any work, a run that would leave nothing of what it is to keep."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cosplit.errors import CosplitError

_SAVING = ("benchmark_json", "benchmark_save", "benchmark_autosave")


def check(config: pytest.Config) -> None:
    """Look at what pytest and its plugins were asked.

    Raises:
        CosplitError: nothing would be measured, or it could not be saved.
    """
    for reason in _reasons(config):
        raise CosplitError(reason)


def unsaved(config: pytest.Config) -> str | None:
    """The option that asked for a file, where there is nothing to put into it."""
    benchmarks = _benchmarks(config)
    if benchmarks is None or benchmarks.benchmarks or config.option.collectonly:
        return None
    return _saves(config)


def _reasons(config: pytest.Config) -> Iterator[str]:
    benchmarks, option, saves = _benchmarks(config), config.getoption, _saves(config)
    if benchmarks is None:
        yield "points are timed by pytest-benchmark; leave out `-p no:benchmark`"
    if option("dist", "no") != "no" or option("tx", None):
        yield "points are scored one after the other; leave out xdist's options, or add `-n 0`"
    if benchmarks.skip:
        yield "--benchmark-skip leaves nothing to score; leave it out"
    for name in ("--setup-only", "--setup-plan"):
        if option(name):
            yield f"{name} scores nothing; leave it out"
    if benchmarks.compare and not benchmarks.compared_mapping:
        yield (
            "--benchmark-compare finds no run that --benchmark-save kept; leave it out, and hold "
            "two --benchmark-json files against each other with `cosplit compare`"
        )
    if benchmarks.compare_fail and not benchmarks.compare:
        yield "--benchmark-compare-fail needs --benchmark-compare; add it, or leave both out"
    if saves and benchmarks.disabled:
        yield f"--benchmark-disable leaves nothing to save; leave it or {saves} out"
    if saves and option("collectonly"):
        yield f"--collect-only measures nothing; leave it or {saves} out"
    if path := option("benchmark_json"):
        opened = not isinstance(path, Path)  # by older pytest-benchmark, which then has checked it
        yield from () if opened else _unwritable(path)


def _unwritable(path: Path) -> Iterator[str]:
    if not path.parent.is_dir():
        yield f"cannot write {path}: there is no folder {path.parent}; make it first"
    fresh = not path.exists()
    try:
        path.open("ab").close()
        if fresh:
            path.unlink()
    except OSError as error:
        yield f"cannot write {path}: {error.strerror}; name another file"


def _saves(config: pytest.Config) -> str | None:
    given = (name for name in _SAVING if config.getoption(name, None))
    return next((f"--{name.replace('_', '-')}" for name in given), None)


def _benchmarks(config: pytest.Config) -> Any:
    """The session of pytest-benchmark, None where it was left out."""
    return config.pluginmanager.get_plugin("pytest-benchmark")
