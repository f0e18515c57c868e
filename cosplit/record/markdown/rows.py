"""All rows: a section a method, a line a point (or level of noise), an anchor each."""

import math
from collections.abc import Iterator

from cosplit.record.board import BoardLine
from cosplit.record.choose import latency_ms
from cosplit.record.entry import Entry
from cosplit.record.markdown import cells
from cosplit.record.markdown.results import Results
from cosplit.record.markdown_table import head, piped, plain
from cosplit.record.stats import points
from cosplit.record.verdict import verdict
from cosplit.row import Row
from cosplit.units import level, milliseconds, percent, rate

RATES = (1e2, 1e4)


def block(results: Results) -> str:
    """Every method, the best first, its points by computation on the device."""
    return "\n\n".join(_section(results, line) for line in results.lines)


def _section(results: Results, line: BoardLine) -> str:
    entry = results.entries[line.method]
    names = ["point", "right, %", "95 % interval", f"keeps {level(results.threshold)}"]
    names += ["device MACs", "sent an image", *(f"ms at {rate(each)}" for each in RATES)]
    table = head([*names, "looks", "remarks"])
    rows = results.rows(line.method)
    shown = (row for row in rows if row.channel == "noiseless" or row.code == "symbols")
    table += [_line(row, results, entry) for row in sorted(shown, key=_order)]
    facts = _facts(line, entry, _score(results, line))
    parts = [f"### `{line.method}`", facts, "\n".join(table), *_seeds(entry)]
    return "\n\n".join(parts)


def _facts(line: BoardLine, entry: Entry, score: str) -> str:
    made = entry.provenance
    where = f"commit {(made.commit or 'unknown')[:7]}, {made.processor or 'processor unknown'}"
    whose = f"{plain(line.title)} ({plain(entry.method.source)})"
    volume = f"hypervolume {line.hypervolume:.2f}"
    return f"{whose}: {score}, {volume}; {line.status}, {plain(where)}."


def _score(results: Results, line: BoardLine) -> str:
    """As modelled, and as containers measure it where they did at every rate."""
    if line.score_ms is None:
        return line.note
    scores = {each.method: each.score_ms for each in results.tier("emulated")}
    measured = milliseconds(scores.get(line.method))
    told = f" ({measured} ms measured in containers)" if measured else ""
    return f"score {milliseconds(line.score_ms)} ms{told}"


def _order(row: Row) -> tuple[float, str]:
    """By computation; levels of noise keep the order of their grid."""
    return (math.inf if row.device_macs is None else row.device_macs, row.point)


def _line(row: Row, results: Results, entry: Entry) -> str:
    remarks = ["early exit"] * bool(row.early_exit) + ["does not fit"] * (not row.deployable)
    return piped(
        [
            f'<a id="{cells.anchor(row)}"></a>`{row.point}`',
            cells.accuracy(row).removesuffix(" %"),
            cells.between(row).removesuffix(" %"),
            verdict(row, results.threshold),
            cells.macs(row),
            cells.sent(row),
            *(milliseconds(latency_ms(row, each)) or cells.NOTHING for each in RATES),
            str(entry.test_looks.get(row.point, cells.NOTHING)),
            ", ".join(remarks),
        ]
    )


def _seeds(entry: Entry) -> Iterator[str]:
    """What other seeds of training say, where there are any."""
    for one in points(entry.points):
        if one.mean is not None and one.sd is not None:
            scatter = f"{percent(one.mean)}, with a standard deviation of {100 * one.sd:.2f} points"
            yield f"Over {one.seeds} seeds `{one.point}` is right on {scatter}."
