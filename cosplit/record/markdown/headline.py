"""The front page: who answers first at which rates, and the first method beside all others."""

from collections.abc import Iterator

from cosplit.record.figures.winners import Reign, reigns
from cosplit.record.markdown import cells
from cosplit.record.markdown.claims import images, named, span
from cosplit.record.markdown.results import Results, score
from cosplit.record.verdict import verdict
from cosplit.units import level, milliseconds


def block(results: Results) -> str:
    """A line a range of rates, then the scores."""
    kept = f"at least {level(results.threshold)} right of {images(results)}"
    found = reigns(results.candidates(results.entries), results.task.rates)
    lines = [*(_winner(reign, results) for reign in found), *_scores(results)]
    first = f"Who answers first, modelled on `{results.hardware}`, with {kept}:"
    return "\n".join([first, "", *(f"- {line}" for line in lines)])


def _winner(reign: Reign, results: Results) -> str:
    row = reign.row
    right = f"{cells.accuracy(row)} right (95 % interval {cells.between(row)})"
    certain = ", certain" * (verdict(row, results.threshold) == "certain")
    known = ". The device knows the answer here: an early exit" * bool(row.early_exit)
    where = f"{span(reign, results)}: {cells.method(row.method)} at {named(row, results)}"
    return f"{where}, {cells.sent(row)}, {right}{certain}{known}."


def _scores(results: Results) -> Iterator[str]:
    """The best score beside what all other methods make together."""
    for line in results.lines[:1]:
        others = results.fastest(name for name in results.entries if name != line.method)
        if line.score_ms is not None and others:
            over = f"Over all {len(results.rates)} rates (geometric mean)"
            mine = f"{cells.method(line.method)} {milliseconds(line.score_ms)} ms"
            yield f"{over}: {mine}; the fastest of all others {milliseconds(score(others))} ms."
