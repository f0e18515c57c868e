"""Which methods differ on the same images: Holm's p of McNemar's test, method against method."""

from itertools import combinations

from cosplit.record.markdown import cells
from cosplit.record.markdown.results import Results
from cosplit.record.markdown_table import head, piped
from cosplit.record.stats import PairStats, champions, pairs
from cosplit.row import Row

LEVEL = 0.05


def block(results: Results) -> str:
    """A triangle of p-values, each method's compared point named in the first column."""
    rows = compared(results)
    by_names = {frozenset((a.method, b.method)): p for (a, b), p in tested(rows)}
    names = [row.method for row in rows]
    table = head(["method", "point", *(f"`{name}`" for name in names[:-1])])
    for k, row in enumerate(rows):
        ps = [_p(by_names[frozenset((row.method, other))]) for other in names[:k]]
        blank = [""] * (len(names) - 1 - k)
        table.append(piped([f"`{row.method}`", cells.point(row, page=""), *ps, *blank]))
    return "\n".join(table)


def compared(results: Results) -> list[Row]:
    """The row of each method that is compared with others', by name."""
    rows = [row for method in results.entries for row in results.rows(method)]
    return champions(rows, results.threshold)


def tested(rows: list[Row]) -> list[tuple[tuple[Row, Row], PairStats]]:
    """Every two of them, with what the test says."""
    return list(zip(combinations(rows, 2), pairs(rows), strict=True))


def _p(pair: PairStats) -> str:
    if pair.p_holm is None:
        return pair.note
    return f"**{pair.p_holm:.2g}**" if pair.p_holm < LEVEL else f"{pair.p_holm:.2g}"
