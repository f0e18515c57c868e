"""What the tests of one run share: the task, its points, and each point's rows and model."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cosplit import catalogue
from cosplit.containers.emulator import Emulator
from cosplit.containers.rows import emulated_rows
from cosplit.errors import CosplitError, unknown
from cosplit.measure import journal
from cosplit.measure.hardware import DEVICE, Hardware
from cosplit.method import Method
from cosplit.plugin import options
from cosplit.point import OperatingPoint
from cosplit.row import Row
from cosplit.runner import Runner
from cosplit.seeds import generator
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.split import SplitModel

NOISELESS = "noiseless"
BENCH = pytest.StashKey["Bench"]()
"""Where a run that scores keeps its bench."""
Entrant = tuple[Method, OperatingPoint]
"""One operating point of one method."""


class Bench:
    """One run, made of its options. `say` is told what is under way, `note` what is to stay.

    Raises:
        CosplitError: an option names what does not exist.
    """

    def __init__(self, config: pytest.Config) -> None:
        option = partial(options.value, config)
        self.parts = _folder_of_parts(option("parts"))
        self.task: Task = catalogue.task(option("task") or options.TASK, self.parts)
        if not self.task.ranked:  # tiny networks: more threads would only wait for each other
            os.environ.setdefault("OMP_NUM_THREADS", "1")
        self.hardware = Hardware.parse(
            option("hardware") or DEVICE, partial(catalogue.profile, extra=self.parts)
        )
        self.emulates = bool(option("hardware")) and not option("modelled")
        self.emulator: Emulator | None = None
        self.samples = _samples(option("samples"), self.task)
        self.data: Path | None = option("data")
        self.methods = _methods(option("method"), self.parts)
        self.folder = journal.run_folder(self.task.name, datetime.now())
        self.scored: dict[str, list[Row]] = {}
        self.left_out: dict[str, str] = {}
        self.say: Callable[[str], None] = lambda _: None
        self.note: Callable[[str], None] = print
        self.model = lru_cache(maxsize=1)(self._model)

    @property
    def rows(self) -> list[Row]:
        """All rows so far."""
        return [row for rows in self.scored.values() for row in rows]

    @cached_property
    def entrants(self) -> list[Entrant]:
        """The points asked for, method by method."""
        found = (catalogue.method(name, self.parts) for name in self.methods)
        return [(method, point) for method in found for point in method.points(self.task)]

    def channel_names(self) -> list[str]:
        """The task's noisy channels, by name."""
        return [
            f"{section.partition('_')[0]}{level:g}"
            for section, levels in self.task.channels
            for level in levels
        ]

    @cached_property
    def runner(self) -> Runner:
        """Who scores, and tells `say` how training goes."""
        return Runner(
            self.task,
            self.data,
            self.samples,
            hardware=self.hardware,
            extra=self.parts,
            progress=lambda line: self.say(f"training {line}"),
        )

    def to_train(self, entrant: Entrant) -> bool:
        """Whether a point has no model yet."""
        return self.runner.models.find(*entrant) is None

    def score(self, method: Method, point: OperatingPoint) -> list[Row]:
        """The point's rows, scored once a run and written down at once."""
        name = name_of((method, point))
        if name not in self.scored:
            self.say("training" if self.to_train((method, point)) else "scoring")
            rows = self.runner.rows(method, point)
            if self.emulator:
                self.say("measuring in containers")
                rows = emulated_rows(self.emulator, self.runner, method, point, rows)
            journal.append(self.folder, rows)
            self.scored[name] = rows
        return self.scored[name]

    def path(self, method: Method, point: OperatingPoint, row: Row) -> Callable[[], str]:
        """One image's whole path, to be timed: device, encode, channel, decode, server."""
        import torch

        from cosplit.measure.score import one_image

        self.say("timing")
        model = self.model(method, point)
        through = row.channel if model.codec.designed_for else NOISELESS
        channel = catalogue.channel(through, self.parts)
        image = torch.from_numpy(self.runner.images.images[:1])
        rng = generator(self.runner.seed, "noise", channel.name, int(self.runner.images.index[0]))
        return lambda: one_image(model, image, channel, rng)

    def _model(self, method: Method, point: OperatingPoint) -> "SplitModel":
        return self.runner.models.get(method, point).model


def name_of(entrant: Entrant) -> str:
    """A point's name beside those of other methods: `png input`."""
    method, point = entrant
    return f"{method.name} {point.name}"


def _folder_of_parts(asked: Path | None) -> Path | None:
    if asked is None:
        return None
    if not any((asked / kind).is_dir() for kind in catalogue.KINDS):
        kinds = ", ".join(f"{kind}/" for kind in catalogue.KINDS)
        what = "has none of" if asked.is_dir() else "is no folder; make one with some of"
        raise CosplitError(f"the folder of parts {asked} {what} {kinds}")
    return asked.resolve()


def _samples(asked: int | None, task: Task) -> int | None:
    if asked is not None and asked < task.data.classes:
        raise CosplitError(f"{asked} samples: take one a class at least, {task.data.classes}")
    return asked


def _methods(asked: list[str] | None, parts: Path | None) -> list[str]:
    known = catalogue.method_names(parts)
    for name in set(asked or ()) - set(known):
        raise unknown("method", name, known)
    return list(asked or known)
