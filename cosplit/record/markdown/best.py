"""The best point of each method: the one that would answer fastest over the grid by itself."""

from cosplit.record.board import BoardLine
from cosplit.record.markdown import cells
from cosplit.record.markdown.results import Results, score
from cosplit.record.markdown_table import head, piped
from cosplit.record.verdict import verdict
from cosplit.row import Row
from cosplit.screen import short_points
from cosplit.units import level, milliseconds


def block(results: Results) -> str:
    """A line a method, the best score first; a method without a score has no best point."""
    names = ["method", "best point", "right (95 % interval)", f"keeps {level(results.threshold)}"]
    names += ["device MACs", "sent an image", "alone (ms)", "score (ms)"]
    return "\n".join([*head(names), *(_line(results, line) for line in results.lines)])


def alone(results: Results, row: Row) -> float:
    """The score that this point would have by itself, in ms."""
    return score(dict.fromkeys(results.rates, row))


def _line(results: Results, line: BoardLine) -> str:
    fit = results.candidates([line.method])
    if not fit:
        return piped([cells.method(line.method), line.note, *[cells.NOTHING] * 6])
    row = min(fit, key=lambda row: alone(results, row))
    short = short_points(row.point for row in results.rows(line.method))
    return piped(
        [
            cells.method(line.method),
            cells.point(row, short[row.point]),
            f"{cells.accuracy(row)} ({cells.between(row)})",
            verdict(row, results.threshold),
            cells.macs(row),
            cells.sent(row),
            milliseconds(alone(results, row)),
            milliseconds(line.score_ms),
        ]
    )
