"""An entry's points: all that was measured of one, over every channel and by every seed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cosplit.record.choose import reference
from cosplit.record.entry import Entry
from cosplit.record.stats import PointStats
from cosplit.record.stats import points as statistics
from cosplit.record.table import once
from cosplit.row import Row

_CHANNEL = re.compile(r"([a-z]+)(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Noise:
    """A row over a noisy channel: its kind, and its level in the kind's own unit."""

    kind: str
    level: float
    row: Row


@dataclass(frozen=True)
class Point:
    """`row` stands for the point, as in every table, of the seed that is ranked. Its memory is the
    most over any channel: one device half serves them all. `seeds` is null where it was not
    scored."""

    row: Row
    noise: tuple[Noise, ...]
    seeds: PointStats | None

    @property
    def by_channel(self) -> dict[str, Row]:
        """The rows over noise, by channel."""
        return {noise.row.channel: noise.row for noise in self.noise}


def channels(held: Iterable[Point]) -> list[str]:
    """The names of all noisy channels that the points met, by kind and level."""
    met = {(noise.kind, noise.level, noise.row.channel) for each in held for noise in each.noise}
    return [name for _, _, name in sorted(met)]


def points(entry: Entry) -> list[Point]:
    """The entry's points, in the order of their rows."""
    by_name = dict[str, list[Row]]()
    for row in reference(entry.points):
        by_name.setdefault(row.point, []).append(row)
    told = {(each.point, each.channel): each for each in statistics(entry.points)}
    return [_point(rows, told) for rows in by_name.values()]


def _point(rows: list[Row], told: dict[tuple[str, str], PointStats]) -> Point:
    (row,) = once(rows)
    peaks = [each.peak_memory_bytes for each in rows if each.peak_memory_bytes is not None]
    held = row.model_copy(update={"peak_memory_bytes": max(peaks, default=None)})
    return Point(held, tuple(_noise(rows)), told.get((row.point, row.channel)))


def _noise(rows: list[Row]) -> list[Noise]:
    found = [(match, row) for row in rows if (match := _CHANNEL.fullmatch(row.channel))]
    made = [Noise(match[1], float(match[2]), row) for match, row in found]
    return sorted(made, key=lambda noise: (noise.kind, noise.level))
