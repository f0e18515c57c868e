"""Looks at test images are counted from what was entered before."""

import pytest

from cosplit.record.looks import looks_so_far

OTHER = "f" * 64


def test_a_first_entry_has_been_looked_at_once(make_row):
    assert looks_so_far(None, [make_row()]) == {make_row().point: 1}


@pytest.mark.parametrize(("weights", "looks"), [("e" * 64, 4), (OTHER, 5)])
def test_other_weights_are_another_look(make_entry, make_row, weights, looks):
    point = make_row().point
    before = make_entry(test_looks={point: 4})
    assert looks_so_far(before, [make_row(weights_digest=weights)]) == {point: looks}


def test_a_new_point_begins_at_one_and_one_that_left_is_gone(make_entry, make_row):
    new = make_row("ours", 2_000_000, 16.0, 9_400)
    assert looks_so_far(make_entry(), [new]) == {new.point: 1}


def test_other_seeds_are_no_further_looks(make_entry, make_row):
    rows = [make_row(), make_row(seed=1, weights_digest=OTHER)]
    assert looks_so_far(make_entry(), rows) == {make_row().point: 1}
