"""Choosing the cheapest setting that keeps the threshold, on validation images only."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from cosplit.method import Trainer

T = TypeVar("T")

LOST_AT_MOST = 0.005


def goal(train: Trainer) -> float:
    """The validation accuracy to keep: a standard error above the task's threshold, for what only
    just keeps it on validation is as likely as not to miss it on test. Half a point below the
    base's where the base itself is under that."""
    base, threshold = train.base_accuracy(), train.task.threshold
    error = math.sqrt(threshold * (1 - threshold) / train.task.data.n_validation)
    return threshold + error if base >= threshold + error else base - LOST_AT_MOST


def cheapest(ladder: Sequence[T], accuracy: Callable[[T], float], goal: float) -> tuple[T, float]:
    """The first rung, from cheap to dear, whose accuracy keeps `goal`, and that accuracy.

    Bisection: accuracy is taken to rise along the ladder. Where no rung keeps the goal, the most
    accurate one that was tried.
    """
    tried: dict[int, float] = {}
    low, high = 0, len(ladder)
    while low < high:
        middle = (low + high) // 2
        tried[middle] = accuracy(ladder[middle])
        low, high = (low, middle) if tried[middle] >= goal else (middle + 1, high)
    best = low if low in tried else max(tried, key=lambda rung: tried[rung])
    return ladder[best], tried[best]
