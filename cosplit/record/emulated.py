"""What containers measured of a point, brought to its row in an entry."""

from collections.abc import Iterable, Iterator

from cosplit.row import Row

FIELDS = ("latency_emulated_ms", "outcome_emulated", "fidelity", "peak_memory_bytes")


def with_emulation(rows: Iterable[Row], measured: Iterable[Row]) -> Iterator[Row]:
    """`rows`, each with what the last of `measured` says of the same row, hardware and weights:
    neither latency nor memory depends on how many images were scored."""
    held = {_same(row): row for row in measured if row.outcome_emulated}
    for row in rows:
        found = held.get(_same(row), row)
        yield row.model_copy(update={name: getattr(found, name) for name in FIELDS})


def _same(row: Row) -> tuple[object, ...]:
    return (row.key, row.hardware, row.weights_digest)
