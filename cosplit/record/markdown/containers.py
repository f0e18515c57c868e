"""What containers measured: memory of the device half, and the scores that follow from it."""

from cosplit.measure.hardware import Hardware
from cosplit.record.fit import memory_limit
from cosplit.record.markdown import cells
from cosplit.record.markdown.results import Results
from cosplit.record.markdown_table import head, piped
from cosplit.row import Row
from cosplit.units import milliseconds

MIB = 1 << 20


def block(results: Results) -> str:
    """A line a method, the best modelled score first. `-`: not measured."""
    limit = memory_limit(Hardware.parse(results.hardware).device)
    names = [f"peak, MiB of {limit // MIB:,}", "modelled (ms)", "measured (ms)"]
    table = head(["method", *names, "modelled, where memory alone decides (ms)"])
    measured = {line.method: line.score_ms for line in results.tier("emulated")}
    by_memory = {line.method: line.score_ms for line in results.tier("modelled", "memory")}
    for line in results.lines:
        scores = (line.score_ms, measured.get(line.method), by_memory.get(line.method))
        told = (milliseconds(score) or cells.NOTHING for score in scores)
        table.append(piped([f"`{line.method}`", _peak(results.rows(line.method)), *told]))
    return "\n".join(table)


def _peak(rows: list[Row]) -> str:
    """From the least to the most of a method's points, in MiB."""
    peaks = sorted(row.peak_memory_bytes for row in rows if row.peak_memory_bytes is not None)
    ends = [f"{peaks[k] / MIB:,.0f}" for k in (0, -1)] if peaks else [cells.NOTHING]
    return " to ".join(dict.fromkeys(ends))
