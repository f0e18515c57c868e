"""Exit codes: what each says, which error has which, and the lines of every command's help."""

from enum import IntEnum

from cosplit.errors import CosplitError, Misuse, NoEntries, NoLeaderboard, Unknown


class Exit(IntEnum):
    """One code for one thing that may be said."""

    OK = 0
    NO = 1
    USAGE = 2
    NOT_COMPARED = 3
    UNKNOWN = 4
    NO_LEADERBOARD = 5
    NO_ENTRIES = 6
    INTERRUPTED = 130


MEANING = {
    Exit.OK: "it is done, and nothing is wrong",
    Exit.NO: "the answer is no, or it could not be done",
    Exit.USAGE: "wrong usage",
    Exit.NOT_COMPARED: "nothing could be compared",
    Exit.UNKNOWN: "no such task, method, point, hardware or threshold",
    Exit.NO_LEADERBOARD: "the folder is no leaderboard",
    Exit.NO_ENTRIES: "the leaderboard has no entries of what was asked",
    Exit.INTERRUPTED: "interrupted",
}
_OF: dict[type[CosplitError], Exit] = {
    Misuse: Exit.USAGE,
    Unknown: Exit.UNKNOWN,
    NoLeaderboard: Exit.NO_LEADERBOARD,
    NoEntries: Exit.NO_ENTRIES,
}


def exit_code(error: CosplitError) -> Exit:
    """The code a command ends with where this error ends it."""
    return next((code for kind, code in _OF.items() if isinstance(error, kind)), Exit.NO)


def epilog(ok: str = "", no: str = "", *further: Exit) -> str:
    """The last lines of a command's help: what 0 and 1 mean there, and what else may come."""
    said = {Exit.OK: ok or MEANING[Exit.OK], Exit.NO: no or "it could not be done"}
    codes = sorted({Exit.OK, Exit.NO, Exit.USAGE, *further})
    lines = [f"  {code:d}  {said.get(code, MEANING[code])}" for code in codes]
    return "\n".join(["\b", "Exit codes:", *lines])  # \b: the lines are kept as they are


def table() -> str:
    """All codes, for the help of `cosplit` itself."""
    lines = [f"  {code:<3d}  {meaning}" for code, meaning in MEANING.items()]
    return "\n".join(["\b", "Exit codes:", *lines])
