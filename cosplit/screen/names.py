"""Names made short enough, and still told apart."""

from collections.abc import Iterable


def short_points(names: Iterable[str]) -> dict[str, str]:
    """A method's points without the settings that all of them share on a split point.

    `conv4_x-keep0.75-vq-bits8` beside `conv4_x-keep0.75-vq-bits4` is `conv4_x-bits8`; a split
    point's only point is the split point.
    """
    parts = {name: name.split("-") for name in names}
    short = {}
    for name, (split, *settings) in parts.items():
        beside = [set(other[1:]) for other in parts.values() if other[0] == split]
        shared = set.intersection(*beside)
        short[name] = "-".join([split, *(part for part in settings if part not in shared)])
    return short if len(set(short.values())) == len(short) else {name: name for name in parts}


def cut(name: str, room: int, ellipsis: str) -> str:
    """The name's beginning and its end, where points differ."""
    if n_cells(name) <= room:
        return name
    kept = room - len(ellipsis)
    return name[: kept - kept // 2] + ellipsis + name[len(name) - kept // 2 :]


def n_cells(text: str) -> int:
    """How many columns of the screen a text takes: a wide character takes two."""
    from rich.cells import cell_len  # only what prints a table needs it

    return cell_len(text)
