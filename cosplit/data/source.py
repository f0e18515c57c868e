"""The contract of a data source: one module of this package each, found by its name."""

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from cosplit.errors import MissingData, unknown

Part = Literal["train", "test"]


@dataclass(frozen=True)
class Raw:
    """Images as they lie on disk, checked, in any order.

    Attributes:
        images: uint8 of shape (n, h, w, 3).
        labels: integers of shape (n,).
        index: integers of shape (n,), positions in the source's own order, without duplicates.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.integer[Any]]
    index: NDArray[np.integer[Any]]


class Source(ABC):
    """Where a task's images come from. `title` is its name in messages."""

    title: ClassVar[str]

    @abstractmethod
    def layout(self, folder: Path) -> str | None:
        """How the data lies in `folder` (`embedded`: it needs none), or None where it is absent."""

    @abstractmethod
    def read(self, part: Part, folder: Path) -> Raw:
        """One part, and that part's images alone.

        Raises:
            CosplitError: the data is absent, truncated or altered.
        """

    def fetch(self, folder: Path) -> None:
        """Download the data into `folder`, which appears whole or not at all.

        Raises:
            CosplitError: it cannot be downloaded.
        """
        raise MissingData(f"{self.title} cannot be downloaded; put its files into {folder}")


def find_source(name: str) -> Source:
    """The source in the module `cosplit.data.<name>`; extend `cosplit.data.__path__` to add one."""
    package = import_module("cosplit.data")
    names = [module.name for module in iter_modules(package.__path__)]
    found = {n: source for n in names if (source := _class_of(n))} if name in names else {}
    if name not in found:
        raise unknown("data source", name, (n for n in names if _class_of(n)))
    return found[name]()


def _class_of(name: str) -> type[Source] | None:
    module = import_module(f"cosplit.data.{name}")
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if kind.__module__ == module.__name__ and issubclass(kind, Source) and kind is not Source:
            return kind
    return None
