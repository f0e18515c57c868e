"""What all blocks are made from: a task's entries as the board ranks them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import geometric_mean

from cosplit.record.board import BoardLine, board
from cosplit.record.choose import Tier, candidates, latencies, reference
from cosplit.record.entry import Entry, best_proved
from cosplit.record.fit import FitRule
from cosplit.row import Row
from cosplit.task import Task


@dataclass(frozen=True)
class Results:
    """The best-proved entry of each method, and the modelled board's lines, best first."""

    task: Task
    threshold: float
    hardware: str
    entries: dict[str, Entry]
    lines: Sequence[BoardLine]

    @classmethod
    def of(cls, entries: Iterable[Entry], task: Task, threshold: float, hardware: str) -> "Results":
        """Those of `entries` that are on `task`."""
        proved = [entry for entry in best_proved(entries) if entry.task.name == task.name]
        lines = board(proved, task, threshold, "modelled", hardware)
        return cls(task, threshold, hardware, {e.method.name: e for e in proved}, lines)

    @property
    def rates(self) -> list[str]:
        """The grid in bytes per second, as rows name it."""
        return [f"{rate:g}" for rate in self.task.rates]

    def tier(self, tier: Tier, rule: FitRule = "share") -> list[BoardLine]:
        """The board of another tier or rule of what fits, best first."""
        entries = self.entries.values()
        return board(entries, self.task, self.threshold, tier, self.hardware, rule)

    def rows(self, method: str) -> list[Row]:
        """The method's rows, of the seed that is ranked."""
        return reference(self.entries[method].points)

    def candidates(self, methods: Iterable[str]) -> list[Row]:
        """Rows of these methods that qualify, fit, and have a latency at every rate."""
        rows = [row for method in methods for row in self.rows(method)]
        fit = candidates(rows, self.threshold, self.hardware)
        return [row for row in fit if set(self.rates) <= latencies(row, "modelled").keys()]

    def fastest(self, methods: Iterable[str]) -> dict[str, Row]:
        """At each rate the point of these methods that answers first; empty where none can."""
        fit = self.candidates(methods)
        return {rate: min(fit, key=lambda row: _ms(row, rate)) for rate in self.rates if fit}


def score(best: dict[str, Row]) -> float:
    """The geometric mean of the latencies of `best`, rows by rate, in ms."""
    return geometric_mean(_ms(row, rate) for rate, row in best.items())


def _ms(row: Row, rate: str) -> float:
    return latencies(row, "modelled")[rate]
