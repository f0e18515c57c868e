"""The regression gate: two runs of the benchmark, row by row.

| metric | worse when |
| --- | --- |
| row | it vanished, or succeeded before and fails now, here or in containers |
| MACs | equal weights: they differ at all (a count that falls is a bug); else: they rise |
| bits, channel uses | equal weights: they differ at all; else: they rise by more than 0.5 % |
| accuracy | it falls by more than one point, or McNemar's exact one-sided p is under .01 |
| latency | between like machines only: three quarters of a method's rows rise by over 15 % |

Modelled latency is not judged: it follows from MACs and bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from cosplit.errors import CosplitError
from cosplit.record.markdown_table import table
from cosplit.record.measured import Run
from cosplit.record.regression import Finding, Limits, label, row_findings
from cosplit.record.slowdown import latency_findings
from cosplit.toml import read_toml

_ORDER = ("worse", "not judged", "better", "new")


@dataclass(frozen=True)
class Comparison:
    """All findings, the worst first; `n_rows` is how many rows both runs have."""

    findings: tuple[Finding, ...]
    n_rows: int

    @property
    def passed(self) -> bool:
        """Whether nothing got worse."""
        return not any(finding.verdict == "worse" for finding in self.findings)

    @property
    def summary(self) -> str:
        """The verdict in one line."""
        worse = sum(finding.verdict == "worse" for finding in self.findings)
        said = f"{worse} regression{'s' * (worse > 1)}" if worse else "nothing worse"
        return f"{self.n_rows} row{'s' * (self.n_rows != 1)} compared, {said}"

    def markdown(self) -> str:
        """A table for a pull request."""
        found = table([finding.shown() for finding in self.findings])
        return "\n".join([f"**{self.summary}**", *([""] if found else []), *found])


def compare(base: Run, head: Run, limits: Limits | None = None) -> Comparison:
    """What changed from `base` to `head`.

    Raises:
        CosplitError: one of the runs measured nothing.
    """
    for name, run in (("base", base), ("head", head)):
        if not any(seen.row.outcome == "ok" for seen in run.measured.values()):
            raise CosplitError(
                f"the {name} run measured nothing; make it by `pytest --cosplit-task`"
            )
    findings = sorted(
        _findings(base, head, limits or Limits()), key=lambda each: _ORDER.index(each.verdict)
    )
    return Comparison(tuple(findings), len(base.measured.keys() & head.measured.keys()))


def _findings(base: Run, head: Run, limits: Limits) -> Iterator[Finding]:
    for key, old in base.measured.items():
        if key not in head.measured:
            yield Finding(label(old.row), "row", old.row.outcome, "", "vanished", "worse")
    for key, new in head.measured.items():
        if key not in base.measured:
            yield Finding(label(new.row), "row", "", new.row.outcome, "", "new")
    both = [key for key in base.measured if key in head.measured]
    pairs = [(base.measured[key], head.measured[key]) for key in both]
    for old, new in pairs:
        yield from row_findings(old.row, new.row, limits)
    yield from latency_findings(base, head, pairs, limits)


class _Cosplit(BaseModel):
    compare: Limits = Limits()


class _Tool(BaseModel):
    cosplit: _Cosplit = _Cosplit()


class _Project(BaseModel):
    tool: _Tool = _Tool()


def read_limits(pyproject: Path) -> Limits:
    """The limits of `[tool.cosplit.compare]`; the usual ones where there is no such file or table.

    Raises:
        CosplitError: not TOML, or a limit that is misspelt or out of range.
    """
    return read_toml(_Project, pyproject).tool.cosplit.compare if pyproject.is_file() else Limits()
