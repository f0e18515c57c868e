"""An operating point: what a method is asked to do, before any data or weights."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cosplit.errors import CosplitError

Setting = str | int | float
_WORD = re.compile(r"[A-Za-z0-9_.]+")


@dataclass(frozen=True)
class OperatingPoint:
    """Where the network is split, and the method's settings there.

    `name` serves as test id, file stem and row key: `conv4_x-keep0.5-jscc-uses9` is split point
    `conv4_x` with settings `{"keep": 0.5, "code": "jscc", "uses": 9}`: words stand alone,
    numbers follow their key.
    """

    split_point: str
    settings: Mapping[str, Setting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))
        for key, value in self.settings.items():
            if not isinstance(value, str) and not _shown(value):
                raise CosplitError(
                    f"setting {key} = {value!r}: use a word, or a number of at most six digits, "
                    "which is what a point's name shows"
                )
        for part in self._parts():
            if not _WORD.fullmatch(part):
                raise CosplitError(f"operating point {self.name!r}: use letters, digits, '_', '.'")

    def __hash__(self) -> int:
        return hash((self.split_point, frozenset(self.settings.items())))

    @property
    def name(self) -> str:
        """The point in one word, unique among a method's points."""
        return "-".join(self._parts())

    def _parts(self) -> tuple[str, ...]:
        settings = (v if isinstance(v, str) else f"{k}{v:g}" for k, v in self.settings.items())
        return (self.split_point, *settings)

    def to_json(self) -> dict[str, Any]:
        """Plain data for headers and entries."""
        return {"split_point": self.split_point, "settings": dict(self.settings)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "OperatingPoint":
        """The inverse of `to_json`.

        Raises:
            CosplitError: it is not what `to_json` gives.
        """
        try:
            return cls(str(data["split_point"]), dict(data["settings"]))
        except (KeyError, TypeError, ValueError):
            raise CosplitError(f"not an operating point: {data!r}") from None


def _shown(value: object) -> bool:
    """Whether a number is finite and its short form in the name is exact."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return math.isfinite(value) and float(f"{value:g}") == value
