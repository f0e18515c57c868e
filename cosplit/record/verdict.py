"""Whether a row reaches a threshold, in the words that every table, page and figure uses."""

from cosplit.measure.accuracy import needed
from cosplit.row import Row


def verdict(row: Row, threshold: float) -> str:
    """`certain`, `yes`, `no` with what it lacks, or the outcome of a row that failed.

    Images that the copy of the data lacks count as wrong, so a point may be short by fewer images
    than are missing: both numbers are said. A point that has enough right test images and not
    enough right validation images says so.
    """
    key = f"{threshold:g}"
    if row.outcome != "ok" or row.accuracy is None:
        return row.outcome
    if row.qualifies.get(key):
        return "certain" if row.certain.get(key) else "yes"
    short = shortfall(row, threshold)
    if short > 0:
        return f"no: {short:,} short" + (f", {row.n_missing:,} missing" if row.n_missing else "")
    if row.validation_accuracy is None:
        return "no: not validated"
    return f"no: validation {100 * row.validation_accuracy:.2f} %"


def shortfall(row: Row, threshold: float) -> int:
    """How many more right test images a scored row needs; 0 or less where it has enough."""
    n_correct = round((row.accuracy or 0.0) * row.n_images)
    return needed(threshold, row.n_images + row.n_missing) - n_correct
