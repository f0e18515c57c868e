"""Failure is a row: every way of failing has a name and one line that says what happened."""

from cosplit.errors import CosplitError, InvalidMessage, MissingData, OverPower, OverSize


class InvalidOutput(CosplitError):
    """A half gave something that is not finite, or not of the right shape."""


class Unsupported(CosplitError):
    """What was asked does not apply to this method."""


_NAMES: tuple[tuple[type[BaseException], str], ...] = (
    (OverSize, "over_size"),
    (OverPower, "over_power"),
    (InvalidMessage, "invalid"),
    (InvalidOutput, "invalid"),
    (Unsupported, "unsupported"),
    (MissingData, "unsupported"),
    (CosplitError, "invalid"),
    (MemoryError, "oom"),
    (TimeoutError, "timeout"),
)
_LONGEST_DETAIL = 300


def outcome_of(error: BaseException) -> tuple[str, str]:
    """The outcome's name and one line of detail; whatever has no name is a `crash`."""
    name = next((name for kind, name in _NAMES if isinstance(error, kind)), "crash")
    if name == "crash" and "alloc" in str(error) and "memory" in str(error):
        name = "oom"  # torch's CPU allocator raises a bare RuntimeError
    line = " ".join(str(error).split())
    detail = f"{type(error).__name__}: {line}" if name in ("crash", "oom", "timeout") else line
    return name, detail[:_LONGEST_DETAIL]
