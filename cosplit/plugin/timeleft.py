"""How long the points that are left will take: as long as those of their kind that are done."""

from collections.abc import Mapping
from statistics import fmean


class TimeLeft:
    """Points by name, and whether each has to be trained first, which takes longer."""

    def __init__(self, to_train: Mapping[str, bool]) -> None:
        self._todo = dict(to_train)
        self._took: dict[bool, list[float]] = {True: [], False: []}

    def __len__(self) -> int:
        """The number of all points."""
        return self.n_done + len(self._todo)

    @property
    def n_done(self) -> int:
        """The number of points that are done."""
        return sum(map(len, self._took.values()))

    def done(self, name: str, seconds: float) -> None:
        """Note what a point took."""
        self._took[self._todo.pop(name)].append(seconds)

    def seconds(self) -> float | None:
        """What the others will take; None before the first is done."""
        took = [seconds for each in self._took.values() for seconds in each]
        if not took:
            return None
        usual = {kind: fmean(each or took) for kind, each in self._took.items()}
        return sum(usual[kind] for kind in self._todo.values())
