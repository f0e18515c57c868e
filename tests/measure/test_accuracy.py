"""Intervals and paired tests against their formulas; what qualifies, to the image."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosplit.measure.accuracy import (
    certain,
    lower_bound,
    mcnemar,
    needed,
    pack,
    qualifies,
    unpack,
    wilson,
)

TWO_SIDED, ONE_SIDED = 1.959963984540054, 1.6448536269514722
COUNTS = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def wilson_by_formula(k: int, n: int, z: float) -> tuple[float, float]:
    p, centre = k / n, k / n + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


@settings(deadline=None)  # the first call imports SciPy
@given(COUNTS)
def test_wilson_is_wilsons(count):
    assert wilson(*count) == pytest.approx(wilson_by_formula(*count, TWO_SIDED), abs=1e-9)


@settings(deadline=None)  # the first call imports SciPy
@given(COUNTS)
def test_the_bound_is_one_sided(count):
    assert lower_bound(*count) == pytest.approx(wilson_by_formula(*count, ONE_SIDED)[0], abs=1e-9)


@settings(deadline=None)  # the first call imports SciPy
@given(st.lists(st.booleans(), max_size=70))
def test_correct_survives_packing(correct):
    assert unpack(pack(np.array(correct, dtype=bool)), len(correct)).tolist() == correct


def test_correct_of_another_length_is_refused():
    with pytest.raises(ValueError, match="do not hold 17 images"):
        unpack(pack(np.ones(16, dtype=bool)), 17)


@pytest.mark.parametrize(("threshold", "n", "k"), [(0.93, 10_000, 9300), (0.91, 100, 91)])
def test_the_needed_images_are_not_off_by_a_rounding_error(threshold, n, k):
    assert needed(threshold, n) == k
    assert needed(threshold, n + 1) == k + 1


@pytest.mark.parametrize(
    ("validation", "n_correct", "expected"),
    [(0.93, 9300, True), (0.93, 9299, False), (0.9299, 9400, False), (None, 9400, False)],
)
def test_validation_and_test_must_both_pass(validation, n_correct, expected):
    assert qualifies(0.93, validation, n_correct, 10_000) == expected


def test_certain_needs_more_images_than_qualifying():
    assert not certain(0.93, 0.95, 9300, 10_000)
    assert certain(0.93, 0.95, 9350, 10_000)
    assert not certain(0.93, 0.92, 9350, 10_000)


def mcnemar_by_formula(b: int, c: int, mid: bool) -> float:
    weight = [Fraction(math.comb(b + c, k), 2 ** (b + c)) for k in range(min(b, c) + 1)]
    return min(1.0, float(2 * (sum(weight) - (weight[-1] / 2 if mid else 0))))


@settings(deadline=None)  # the first call imports SciPy
@given(st.integers(0, 30), st.integers(0, 30), st.booleans())
def test_mcnemar_is_the_binomial_test_on_the_disagreements(b, c, mid):
    first = np.array([True] * b + [False] * c + [True, False] * 5)
    second = np.array([False] * b + [True] * c + [True, False] * 5)
    p = mcnemar(first, second, mid=mid)
    assert p == pytest.approx(mcnemar_by_formula(b, c, mid))
    assert mcnemar(second, first, mid=mid) == pytest.approx(p)


def test_mcnemar_sides():
    better = np.array([True] * 20)
    worse = np.array([False] * 12 + [True] * 8)
    assert mcnemar(better, worse, "greater") == pytest.approx(2**-12)
    assert mcnemar(better, worse, "less") == pytest.approx(1)
    assert mcnemar(better, better) == 1
