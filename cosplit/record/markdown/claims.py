"""What may be said of a task's entries, a sentence a claim; each number leads to its row.

The sentences obey docs/claims.md: a tier, a device and rates are named, an accuracy has its
interval, two methods are told apart only where a paired test does.
"""

from collections.abc import Iterator

from cosplit.record.choose import qualifies
from cosplit.record.figures.winners import Reign, reigns
from cosplit.record.markdown import cells
from cosplit.record.markdown.pairs import LEVEL, compared, tested
from cosplit.record.markdown.results import Results, score
from cosplit.record.verdict import verdict
from cosplit.row import Row
from cosplit.screen import short_points
from cosplit.units import level, milliseconds, rate


def block(results: Results) -> str:
    """A list of claims: the best score, who answers first at which rates, what is missed."""
    kept = f"at least {level(results.threshold)} right of {images(results)}"
    found = [*_scores(results), *_winners(results), *_short(results), *_differ(results)]
    lines = [f"Modelled on `{results.hardware}`, with {kept}:", "", *(f"- {x}" for x in found)]
    return "\n".join(lines)


def images(results: Results) -> str:
    """How many test images there are, and how many of the task's are missing."""
    n = max((row.n_images for name in results.entries for row in results.rows(name)), default=0)
    missing = results.task.data.n_test - n
    lacking = f" ({missing:,} more are missing here and count as wrong)" if missing else ""
    return f"{n:,} test images{lacking}"


def _winners(results: Results) -> Iterator[str]:
    for reign in reigns(results.candidates(results.entries), results.task.rates):
        yield f"{span(reign, results)} {_answers(reign.row, results)}"


def span(reign: Reign, results: Results) -> str:
    """At which rates a point answers first."""
    low, high = map(rate, (reign.low, reign.high))
    first, last = reign.low <= results.task.rates[0], reign.high >= results.task.rates[-1]
    if first and last:
        return "At every rate"
    return f"Up to {high}" if first else f"From {low} on" if last else f"From {low} to {high}"


def _answers(row: Row, results: Results) -> str:
    kept = f"keeps {level(results.threshold)}"
    sure = verdict(row, results.threshold) == "certain"
    known = " There the device knows the answer already (an early exit)." * bool(row.early_exit)
    return (
        f"{cells.method(row.method)} answers first ({named(row, results)}): {cells.sent(row)} an "
        f"image, {_right(row)}. "
        + (f"It surely {kept}." if sure else f"It {kept}, though chance may have helped.")
        + known
    )


def _right(row: Row) -> str:
    return f"{cells.accuracy(row)} right (95 % interval {cells.between(row)})"


def named(row: Row, results: Results) -> str:
    """The point by its short name, leading to its row."""
    short = short_points(other.point for other in results.rows(row.method))
    return cells.point(row, short[row.point])


def _scores(results: Results) -> Iterator[str]:
    """The best score, what all others make together, and the same as containers measure it."""
    scored = [line for line in results.lines if line.score_ms is not None]
    if not scored:
        yield f"No method has a score at {level(results.threshold)}."
        return
    best = scored[0]
    first, last = (rate(float(results.rates[k])) for k in (0, -1))
    yield (
        f"Over {len(results.rates)} rates from {first} to {last} {cells.method(best.method)} has "
        f"the best score, {milliseconds(best.score_ms)} ms, by {_answering(best.method, results)}."
    )
    others = results.fastest(name for name in results.entries if name != best.method)
    if others:
        yield f"The fastest of all others, rate by rate, make {milliseconds(score(others))} ms."
    measured = [line for line in results.tier("emulated") if line.score_ms is not None][:2]
    if measured:
        scores = (f"{cells.method(x.method)} {milliseconds(x.score_ms)} ms" for x in measured)
        yield f"Measured in containers in place of modelled the best are {' and '.join(scores)}."


def _answering(method: str, results: Results) -> str:
    """The points that a method's score rests on."""
    rows = {row.key: row for row in results.fastest([method]).values()}.values()
    return " and ".join(f"{named(row, results)}, {_right(row)}" for row in rows)


def _short(results: Results) -> Iterator[str]:
    """What the first method tried and missed."""
    for line in results.lines[:1]:
        rows = [row for row in results.rows(line.method) if row.channel == "noiseless"]
        short = [row for row in rows if not qualifies(row, results.threshold)]
        share = f"{len(short)} of {len(rows)} points of {cells.method(line.method)}"
        told = (f"{named(row, results)} ({_lacks(row, results)})" for row in short)
        if short:
            yield f"{share} miss {level(results.threshold)}: {', '.join(told)}."


def _lacks(row: Row, results: Results) -> str:
    return verdict(row, results.threshold).removeprefix("no: ")


def _differ(results: Results) -> Iterator[str]:
    """Which methods a paired test tells apart, at the point of each that validation prefers."""
    tests = tested(compared(results))
    differ = [
        f"`{a.method}` from `{b.method}` (p = {pair.p_holm:.2g})"
        for (a, b), pair in tests
        if pair.p_holm is not None and pair.p_holm < LEVEL
    ]
    if tests:
        told = f"only {' and '.join(differ)} can be told apart" if differ else "no two differ"
        where = f"[in pairs, on the same images]({cells.PAGE}#in-pairs)"
        yield f"By accuracy {told} ({where})."
