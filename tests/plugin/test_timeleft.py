"""Points that are left take as long as those of their kind that are done."""

import pytest

from cosplit.plugin.timeleft import TimeLeft


def test_each_kind_is_reckoned_by_its_own():
    left = TimeLeft({"a": True, "b": False, "c": True, "d": False, "e": False})
    assert left.seconds() is None
    left.done("b", 1)
    assert left.seconds() == pytest.approx(4)  # nothing was trained yet: as the others
    left.done("a", 30)
    left.done("d", 3)
    assert left.seconds() == pytest.approx(30 + 2)
    assert (left.n_done, len(left)) == (3, 5)


def test_in_the_end_nothing_is_left():
    left = TimeLeft({"a": True})
    left.done("a", 5)
    assert left.seconds() == 0
