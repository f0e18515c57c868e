"""Accuracy with what chance allows for: intervals, paired tests, and what qualifies."""

import base64
import math
from fractions import Fraction
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVEL = 0.95


def pack(correct: "NDArray[np.bool_]") -> str:
    """One bit an image, in test order, as base64 of `numpy.packbits`."""
    import numpy as np

    return base64.b64encode(np.packbits(correct).tobytes()).decode()


def unpack(packed: str, n: int) -> "NDArray[np.bool_]":
    """The inverse of `pack` for n images.

    Raises:
        ValueError: not base64, or not n images long.
    """
    import numpy as np

    data = base64.b64decode(packed, validate=True)
    if len(data) != (n + 7) // 8:
        raise ValueError(f"{len(data)} bytes do not hold {n} images")
    return np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=n).astype(bool)


def wilson(n_correct: int, n: int) -> tuple[float, float]:
    """The two-sided 95 % Wilson interval of an accuracy."""
    return _wilson(n_correct, n, (1 + LEVEL) / 2)


def lower_bound(n_correct: int, n: int) -> float:
    """The one-sided 95 % Wilson bound: the accuracy is above it."""
    return _wilson(n_correct, n, LEVEL)[0]


def _wilson(n_correct: int, n: int, quantile: float) -> tuple[float, float]:
    """In closed form: `check` needs it 24,000 times in two seconds, which scipy's takes twice."""
    z, p = NormalDist().inv_cdf(quantile), n_correct / n
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2) / scale
    return max(0.0, centre - half), min(1.0, centre + half)


@cache
def needed(threshold: float, n: int) -> int:
    """The fewest correct images of n that reach the threshold: 9,300 for 0.93 of 10,000."""
    return math.ceil(Fraction(f"{threshold:g}") * n)  # 0.93 * 10_000 is above 9,300 in binary


def qualifies(threshold: float, validation: float | None, n_correct: int, n: int) -> bool:
    """Whether validation and test both reach the threshold.

    `n` counts the whole test split, images that this copy of the data lacks included: they are
    wrong. For a chosen subset it counts the subset.
    """
    return validation is not None and validation >= threshold and n_correct >= needed(threshold, n)


def certain(threshold: float, validation: float | None, n_correct: int, n: int) -> bool:
    """Whether it qualifies and the one-sided 95 % bound reaches the threshold too."""
    passes = qualifies(threshold, validation, n_correct, n)
    return passes and lower_bound(n_correct, n) >= threshold


def mcnemar(
    first: "NDArray[np.bool_]",
    second: "NDArray[np.bool_]",
    alternative: Literal["two-sided", "less", "greater"] = "two-sided",
    mid: bool = False,
) -> float:
    """The p-value of McNemar's exact paired test on two `correct` vectors of the same images.

    `alternative` is about `first`: "greater" asks whether it is right more often than `second`.
    `mid` gives the mid-p variant, less conservative (Fagerland et al. 2013,
    doi:10.1186/1471-2288-13-91).
    """
    only_first = int((first & ~second).sum())
    only_second = int((second & ~first).sum())
    below = _tail(only_first, only_first + only_second, mid)
    above = _tail(only_second, only_first + only_second, mid)
    if alternative == "two-sided":
        return min(1.0, 2 * min(below, above))
    return below if alternative == "less" else above


def _tail(k: int, n: int, mid: bool) -> float:
    """P(X <= k) for X ~ Binomial(n, 1/2); with `mid`, X = k counts half."""
    from scipy.stats import binom

    return float(binom.cdf(k, n, 0.5) - (0.5 * binom.pmf(k, n, 0.5) if mid else 0.0))
