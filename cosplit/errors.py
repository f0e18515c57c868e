"""Errors that reach users as one line: what is wrong, where, and the remedy."""

import difflib
from collections.abc import Iterable


class CosplitError(Exception):
    """A mistake of input or environment; the command line prints it without a traceback."""


class MissingData(CosplitError):
    """The data set of a task is not on this machine."""


class InvalidMessage(CosplitError):
    """Not a message, or a malformed one."""


class OverSize(InvalidMessage):
    """A message above its declared size."""


class OverPower(InvalidMessage):
    """Symbols of mean power above 1, or not finite."""


def unknown(kind: str, name: str, known: Iterable[str]) -> CosplitError:
    """An error for a name that does not exist, with the nearest one that does."""
    names = sorted(known)
    folded = {n.lower(): n for n in names}
    near = difflib.get_close_matches(name.lower(), folded, n=1)
    hint = f"did you mean {folded[near[0]]!r}?" if near else f"known: {', '.join(names) or 'none'}"
    return CosplitError(f"unknown {kind} {name!r}; {hint}")
