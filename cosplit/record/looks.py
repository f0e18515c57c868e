"""How often the test images have been looked at: it is counted, not promised."""

from collections.abc import Iterable

from cosplit.record.choose import reference
from cosplit.record.entry import Entry
from cosplit.row import Row


def looks_so_far(before: Entry | None, rows: Iterable[Row]) -> dict[str, int]:
    """By point, how many differently trained versions have been scored on test images by now.

    `before` is the method's entry so far. The same weights scored again tell nobody anything new.
    """
    known = _weights(before.points) if before else {}
    told = before.test_looks if before else {}
    return {
        point: told.get(point, 1) + (known[point] != weights) if point in known else 1
        for point, weights in _weights(rows).items()
    }


def _weights(rows: Iterable[Row]) -> dict[str, str]:
    """The digest of each point's weights, of the seed that is ranked."""
    return {row.point: row.weights_digest for row in reference(rows)}
