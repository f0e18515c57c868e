"""What fits on a device: the rules that a board can be ranked by; conclusions depend on them."""

from collections.abc import Callable
from functools import cache
from typing import Literal

from cosplit.errors import CosplitError
from cosplit.measure.hardware import Hardware
from cosplit.profile import HardwareProfile
from cosplit.row import Row

FitRule = Literal["share", "memory", "none"]
FIT_RULES: tuple[FitRule, ...] = ("share", "memory", "none")
Fits = Callable[[Row], bool]


def by_share(row: Row) -> bool:
    """The paper's rule: a share of the unpruned network's MACs."""
    return bool(row.deployable)


def memory_limit(device: HardwareProfile) -> int:
    """Bytes a device half may take: the board's memory, less its system's where that is stated."""
    return device.emulation.memory_bytes if device.emulation else device.memory_bytes


def memory_measured(row: Row) -> bool:
    """Whether the row says what its device half needs; to be killed for memory says it too."""
    return row.peak_memory_bytes is not None or row.outcome_emulated == "oom"


def memory_fits(row: Row, limit: int) -> bool:
    """Whether the measured peak stays within `limit` bytes."""
    return row.peak_memory_bytes is not None and row.peak_memory_bytes <= limit


def fits(rule: FitRule, hardware: str) -> Fits:
    """The predicate of a rule on a pair of machines; what was never measured does not fit."""
    if rule == "share":
        return by_share
    if rule == "none":
        return lambda row: True
    limit = _limit(hardware)
    return lambda row: limit is not None and memory_fits(row, limit)


@cache
def _limit(hardware: str) -> int | None:
    try:
        return memory_limit(Hardware.parse(hardware).device)
    except CosplitError:  # a profile that only the entry's authors have
        return None
