"""What judges a submission: replayed answers, CPU seconds, and slightly changed images."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cosplit.message import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLAIN = "plain"
MOST_CPU = 3.0
"""Times the CPU seconds of a reference network of equal counted MACs."""
MOST_LOST = 0.02
"""Accuracy that changed images may cost beyond what they cost the task's base."""
_Z = 2.326  # one-sided 1 %: a verdict of memorising is sure
_LOGITS = 1e-4


def replay(
    sent: Sequence[Message],
    again: Sequence[Message],
    answers: "NDArray[np.float32]",
    later: "NDArray[np.float32]",
) -> str | None:
    """What differs where the same images are sent alone, in another order; None: nothing."""
    changed = sum(a != b for a, b in zip(sent, again, strict=True))
    if changed:
        return f"{changed} of {len(sent)} messages change with what was sent before"
    apart = ~np.isclose(answers, later, rtol=_LOGITS, atol=_LOGITS).all(1)
    if apart.any():
        return f"{int(apart.sum())} of {len(sent)} answers change with what was received before"
    return None


def compute(macs: int, cpu_s: float, reference_s: float) -> str | None:
    """Whether `cpu_s` an image is more than `macs` can have cost; None: it is not."""
    if cpu_s <= MOST_CPU * reference_s:
        return None
    return (
        f"{1e3 * cpu_s:.2f} ms of CPU an image; a network of its {macs} counted MACs takes "
        f"{1e3 * reference_s:.2f} ms"
    )


def memory(
    right: "Mapping[str, NDArray[np.bool_]]", base: "Mapping[str, NDArray[np.bool_]]"
) -> str | None:
    """Whether changed images cost more than 2 points more than they cost the base; None: no.

    `right` and `base` say by kind, `plain` among them, which of the same images are answered
    correctly (bool (n,)).
    """
    for kind in right.keys() - {PLAIN}:
        mine, theirs = (_lost(which, kind) for which in (right, base))
        extra = mine - theirs
        bound = extra.mean() - _Z * extra.std() / math.sqrt(len(extra))
        if bound > MOST_LOST:
            return f"{kind} images cost it {100 * extra.mean():.1f} points more than the base"
    return None


def _lost(right: "Mapping[str, NDArray[np.bool_]]", kind: str) -> "NDArray[np.float64]":
    lost: NDArray[np.float64] = right[PLAIN].astype(float) - right[kind].astype(float)
    return lost
