"""What containers measured goes to the very row that it was measured of."""

import pytest

from cosplit.record.emulated import with_emulation

MEASURED = {"outcome_emulated": "ok", "peak_memory_bytes": 2 << 20}


def test_a_row_gets_what_was_measured_of_its_weights_whatever_was_scored(make_row):
    measured = make_row("ours", 1_000_000, 1_000.0, 90, n=100, **MEASURED)
    (found,) = with_emulation([row := make_row()], [measured])
    assert found == row.model_copy(update=MEASURED)


@pytest.mark.parametrize(
    "change", [{"weights_digest": "f" * 64}, {"hardware": "other"}, {"channel": "awgn5"}]
)
def test_another_rows_measurement_is_left_alone(make_row, change):
    row = make_row()
    assert list(with_emulation([row], [make_row(**change, **MEASURED)])) == [row]


def test_the_last_measurement_counts_and_one_without_containers_is_none(make_row):
    old, new = make_row(**MEASURED), make_row(**MEASURED | {"peak_memory_bytes": 1})
    (found,) = with_emulation([make_row()], [old, new, make_row()])
    assert found.peak_memory_bytes == 1
