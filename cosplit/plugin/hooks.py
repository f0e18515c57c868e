"""What a run that scores adds to pytest's own: checks, tests, progress and tables."""

import sys
import warnings
from collections.abc import Generator
from typing import Any

import pytest

from cosplit.containers.engine import connect
from cosplit.errors import CosplitError
from cosplit.plugin import items as ours
from cosplit.plugin import saving, summary
from cosplit.plugin.bench import BENCH, Bench
from cosplit.plugin.progress import Progress
from cosplit.trained import NotTrained

_UNSAVED = ("Not saving anything", "Can't compare")
"""Warnings of pytest-benchmark; where warnings are errors they would end a run in a traceback."""


def start(config: pytest.Config) -> None:
    """Make the run's bench and add these hooks."""
    try:
        config.stash[BENCH] = Bench(config)
    except CosplitError as error:
        raise pytest.UsageError(str(error)) from None
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = []  # no path was named: the repository's own tests are left alone
    config.option.benchmark_quiet = True  # the board says it in fewer lines
    for message in _UNSAVED:
        warnings.filterwarnings("ignore", message)
    config.pluginmanager.register(sys.modules[__name__], "cosplit-hooks")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Say what is missing before anything is trained or scored."""
    config, bench = session.config, session.config.stash[BENCH]
    try:
        saving.check(config)
        if not config.option.collectonly:
            if bench.emulates:
                connect().close()
            bench.runner.images  # noqa: B018 - absent data is a reason to stop
    except CosplitError as error:
        raise pytest.UsageError(str(error)) from None
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter:
        config.pluginmanager.register(Progress(bench, reporter), "cosplit-progress")


def pytest_report_header(config: pytest.Config) -> str:
    """What is asked."""
    return f"cosplit: {config.stash[BENCH].task.title}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, items: list[pytest.Item]
) -> Generator[None]:
    """Add the questions, and let no other plugin tear a point's apart."""
    items += ours.collect(session)
    yield
    ours.gather(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Stop where no point that was asked for has a model."""
    bench, asked = session.config.stash[BENCH], ours.entrants(session.items)
    if session.config.option.collectonly or not (asked and bench.task.ranked):
        return
    if all(map(bench.to_train, asked)):
        try:
            bench.runner.models.get(*asked[0])
        except NotTrained as error:
            raise pytest.UsageError(f"no point asked for has a model: {error}") from None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, Any, Any]:
    """A run that scored nothing, or kept nothing of what it was to keep, fails."""
    bench, ended_well = session.config.stash[BENCH], session.exitstatus == pytest.ExitCode.OK
    if ended_well and (nothing_scored(bench) or saving.unsaved(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    with warnings.catch_warnings():
        for message in _UNSAVED:
            warnings.filterwarnings("ignore", message)
        return (yield)


def nothing_scored(bench: Bench) -> bool:
    """Whether points were tried, and none came through."""
    tried = bench.scored or bench.left_out
    return bool(tried) and not any(row.outcome == "ok" for row in bench.rows)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What was left out, the tables, and where everything lies."""
    bench = config.stash[BENCH]
    for line in dict.fromkeys(bench.left_out.values()):
        terminalreporter.write_line(line)
    if bench.rows:
        summary.write(bench, terminalreporter)
    if option := saving.unsaved(config):
        terminalreporter.write_line(f"{option}: nothing was timed, so nothing is saved", red=True)


def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Results carry no host name."""
    machine_info.pop("node", None)


def pytest_benchmark_update_commit_info(commit_info: dict[str, Any]) -> None:
    """Results name the commit, and neither branch nor author."""
    for key in set(commit_info) - {"id", "time", "dirty"}:
        del commit_info[key]
