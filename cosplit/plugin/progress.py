"""One line a point: what is done to it, how many are done, and the time left.

On a terminal the line of the point under way is written anew in its place; elsewhere it is written
when the point ends, and in between where one takes long.
"""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from typing import Any

import pytest

from cosplit.plugin import items as ours
from cosplit.plugin.bench import Bench, Entrant, name_of
from cosplit.plugin.timeleft import TimeLeft
from cosplit.record.table import once
from cosplit.screen import short_points
from cosplit.training.progress import duration
from cosplit.units import percent

PATIENCE_S = 30
"""So long a log is silent about a point that is under way."""


class Progress:
    """Follows a run through pytest's hooks and writes with its reporter."""

    def __init__(self, bench: Bench, reporter: Any) -> None:
        self._bench = bench
        self._reporter = reporter
        self._now: Entrant | None = None
        self._started = self._written = monotonic()
        self._failed = False
        bench.say, bench.note = self._say, self._note

    def pytest_report_collectionfinish(self, items: list[pytest.Item]) -> str:
        """How many points there are, and how many of them are not trained yet."""
        asked = ours.entrants(items)
        to_train = [name_of(entrant) for entrant in asked if self._bench.to_train(entrant)]
        self._left = TimeLeft({name_of(entrant): name_of(entrant) in to_train for entrant in asked})
        self._short = _short_names(asked)
        points = f"{len(asked)} point{'s' * (len(asked) != 1)}"
        return f"{points}, {len(to_train)} to be trained first" if to_train else points

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, Any, Any]:
        """A point begins with its first test and ends with its last."""
        mine, then = _entrant(item), _entrant(nextitem)
        if mine and mine != self._now:
            self._begin(mine)
        result = yield
        if mine and mine != then:
            self._end(mine)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Our tests have no file to be named before them."""
        self._reporter.showfspath = False if ours.is_ours(nodeid) else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One failed test is a failed point."""
        self._failed |= ours.is_ours(report.nodeid) and report.failed

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> Generator[None, Any, Any]:
        """Our tests are counted, without a dot each; `-v` has a line each."""
        status = yield
        quiet = ours.is_ours(report.nodeid) and self._reporter.verbosity <= 0
        return (status[0], "", "") if quiet else status

    def _begin(self, entrant: Entrant) -> None:
        self._now, self._failed = entrant, False
        self._started = self._written = monotonic()
        self._reporter.ensure_newline()
        self._say("loading")

    def _end(self, entrant: Entrant) -> None:
        took = monotonic() - self._started
        said, colour = self._outcome(name_of(entrant))
        number = self._number()
        self._left.done(name_of(entrant), took)
        left = self._left.seconds()
        self._now = None
        if self._reporter.verbosity >= 0:
            more = (f", {duration(took)}", f", about {duration(left)} left" if left else "")
            self._write(self._fitting(number, entrant, said, more), **colour)
        elif self._in_place:
            self._reporter.rewrite("", erase=True)
            self._reporter.rewrite("")
            self._reporter.currentfspath = None

    def _outcome(self, name: str) -> tuple[str, dict[str, bool]]:
        """What became of a point, and in which colour that is said."""
        if self._failed:
            return "FAILED", {"red": True}
        if name not in self._bench.scored:
            left_out = name in self._bench.left_out
            return "not trained, left out" if left_out else "skipped", {"yellow": True}
        row = once(self._bench.scored[name])[0]
        if row.outcome != "ok" or row.accuracy is None:
            return f"{row.outcome}: {row.detail}", {"yellow": True}
        return percent(row.accuracy, 1), {}

    def _say(self, what: str) -> None:
        """Tell what is done to the point under way; in a log, only where it takes long."""
        if self._now is None:
            return
        line = self._fitting(self._number(), self._now, what)
        with self._uncaptured():
            if self._in_place:
                self._reporter.rewrite(line, erase=True)
                self._reporter.currentfspath = -2  # whoever writes next begins a new line
                self._reporter.flush()
            elif monotonic() - self._written > PATIENCE_S and self._reporter.verbosity >= 0:
                self._write(line)

    def _note(self, line: str) -> None:
        """Write a line that is to stay."""
        with self._uncaptured():
            self._write(line)

    def _write(self, line: str, **markup: bool) -> None:
        self._written = monotonic()
        if self._in_place:
            self._reporter.rewrite(line, erase=True, **markup)
            self._reporter.line("")
            self._reporter.currentfspath = None
        else:
            if self._reporter._tw.width_of_current_line:  # older pytest writes [100%] before
                self._reporter.line("")
            self._reporter.write_line(line, **markup)
        self._reporter.flush()

    def _fitting(self, number: str, entrant: Entrant, what: str, more: tuple[str, ...] = ()) -> str:
        """What fits on one line of a terminal: a short name first, then less; elsewhere all."""
        whole = "".join((f"{number} {name_of(entrant)}: {what}", *more))
        width = self._reporter._tw.fullwidth - 1
        if not self._in_place or len(whole) <= width:
            return whole
        text = f"{number} {self._short[name_of(entrant)]}: {what}"
        for part in more:
            text += part if len(text + part) <= width else ""
        return text[:width]

    def _number(self) -> str:
        total = len(self._left)
        return f"[{self._left.n_done + 1:{len(str(total))}}/{total}]"

    @property
    def _in_place(self) -> bool:
        return bool(self._reporter.isatty and self._reporter.verbosity <= 0)

    def _uncaptured(self) -> AbstractContextManager[None]:
        """The terminal, also while a test's output is captured."""
        capture = self._reporter.config.pluginmanager.get_plugin("capturemanager")
        return capture.global_and_fixture_disabled() if capture else nullcontext()


def _entrant(item: pytest.Item | None) -> Entrant | None:
    return ours.entrant(item) if item and ours.is_ours(item.nodeid) else None


def _short_names(entrants: Sequence[Entrant]) -> dict[str, str]:
    """By a point's name, what tells it apart from those of its method that are asked for."""
    points: dict[str, list[str]] = {}
    for method, point in entrants:
        points.setdefault(method.name, []).append(point.name)
    short = {name: short_points(each) for name, each in points.items()}
    return {name_of((m, p)): f"{m.name} {short[m.name][p.name]}" for m, p in entrants}
