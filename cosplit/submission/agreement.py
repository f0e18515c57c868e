"""Whether a row measured again says what an entry's row says."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosplit.measure.accuracy import unpack
from cosplit.row import Row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_IMAGES = 3
"""Test images whose answer may differ: float32 sums depend on the processor."""
MOST_BITS = 1e-4
"""Relative difference of entropy-coded bits, whose symbols may differ at a quantiser's edge."""


@dataclass(frozen=True)
class Agreement:
    """One row, told and found; `remarks` is empty where it holds."""

    point: str
    channel: str
    told: Row
    found: Row | None
    remarks: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Nothing differs by more than it may."""
        return not self.remarks


def agreement(
    told: Row, found: Row | None, positions: "NDArray[np.int64] | None" = None
) -> Agreement:
    """`found` against `told`; where only some test images were scored, `positions` are theirs.

    Over all images the number of correct ones may differ by 3; over some of them, 3 answers
    may. Bits that all images share are exact; others within 0.01 %, over all images alone.
    """
    if found is None:
        remarks = ["no row was measured"]
    elif told.outcome != found.outcome:
        remarks = [f"{found.outcome} instead of {told.outcome}: {found.detail}".rstrip(": ")]
    elif told.outcome != "ok":
        remarks = []
    else:
        remarks = [*_costs(told, found), *_bits(told, found, positions is None)]
        remarks += _answers(told, found, positions)
    return Agreement(told.point, told.channel, told, found, tuple(remarks))


def _costs(told: Row, found: Row) -> list[str]:
    return [
        f"{name} {getattr(found, name)} instead of {getattr(told, name)}"
        for name in ("device_macs", "server_macs")
        if getattr(found, name) != getattr(told, name)
    ]


def _bits(told: Row, found: Row, whole: bool) -> list[str]:
    remarks = []
    for name in ("payload_bits_mean", "channel_uses"):
        before, now = getattr(told, name), getattr(found, name)
        if before is None or now is None:
            same = before is now
        elif _one_length(told):
            same = math.isclose(before, now, rel_tol=1e-12)
        else:
            same = not whole or math.isclose(before, now, rel_tol=MOST_BITS)
        if not same:
            remarks.append(f"{name} {now} instead of {before}")
    return remarks


def _one_length(row: Row) -> bool:
    return row.code == "symbols" or row.payload_bits_mean == row.payload_bits_p99


def _answers(told: Row, found: Row, positions: "NDArray[np.int64] | None") -> list[str]:
    try:
        before, now = unpack(told.correct, told.n_images), unpack(found.correct, found.n_images)
    except ValueError:
        return ["`correct` is not the base64 of one bit an image; run `cosplit check`"]
    if positions is None:
        if len(before) != len(now):
            return [f"{len(now)} images instead of {len(before)}"]
        differ = abs(int(before.sum()) - int(now.sum()))
    elif positions.max(initial=-1) >= len(before):
        return [f"the entry says {len(before)} images; run `cosplit check`"]
    else:
        differ = int((before[positions] != now).sum())
    return [f"{differ} images differ; at most {MOST_IMAGES}"] if differ > MOST_IMAGES else []
