"""Errors that reach users as one line: what is wrong, where, and the remedy."""

import difflib
from collections.abc import Iterable


class CosplitError(Exception):
    """A mistake of input or environment; the command line prints it without a traceback."""


class MissingData(CosplitError):
    """The data set of a task is not on this machine."""


class Unknown(CosplitError):
    """A name that does not exist: a task, method, point, hardware, threshold."""


class Misuse(CosplitError):
    """A value that no run could take."""


class NoLeaderboard(CosplitError):
    """A folder that holds no leaderboard."""


class NoEntries(CosplitError):
    """A leaderboard without an entry of what was asked."""


class InvalidMessage(CosplitError):
    """Not a message, or a malformed one."""


class OverSize(InvalidMessage):
    """A message above its declared size."""


class OverPower(InvalidMessage):
    """Symbols of mean power above 1, or not finite."""


_LIKENESS = 0.4
"""Low, so that `rpi3` is taken for `raspberry-pi-3`."""


def unknown(kind: str, name: str, known: Iterable[str]) -> Unknown:
    """An error for a name that does not exist, with the nearest one that does."""
    names = sorted(known)
    folded = {n.lower(): n for n in names}
    near = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=_LIKENESS)
    hint = f"did you mean {folded[near[0]]!r}?" if near else f"known: {', '.join(names) or 'none'}"
    return Unknown(f"unknown {kind} {name!r}; {hint}")
