"""Runs operating points: a trained model is scored, and what was seen becomes rows.

    method, point --TrainedModels--> SplitModel (float32)
    SplitModel, test images, channels --score--> observations --metrics--> rows

Failure is a row. Observations are kept in the cache: what was scored once is not scored again by
the same code with the same weights on the same images, so a killed run goes on where it was.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cosplit import catalogue
from cosplit.channel import Channel
from cosplit.data import ImageSet, load, missing
from cosplit.errors import MissingData
from cosplit.files import cache_dir
from cosplit.measure import observation
from cosplit.measure.hardware import Hardware
from cosplit.measure.latency import Unpruned
from cosplit.measure.metrics import Setting, Subject, row
from cosplit.measure.observation import Observation
from cosplit.measure.outcome import Unsupported, outcome_of
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.resources import artifacts
from cosplit.row import Row
from cosplit.task import Task
from cosplit.trained import NotTrained, Trained, TrainedModels

if TYPE_CHECKING:
    from cosplit.training.progress import Say

COMPRESSED = "compressed"
REFERENCE = "png"
"""The codec that `amplification` compares with."""


@dataclass
class Runner:
    """One task on one machine. Knows the contracts, and parts through the catalogue alone.

    `data` is the images' folder (None: found), `samples` a number of class-balanced test images
    (None: all), `artifacts` the folders of saved models to look in, `cache` where models trained
    on the spot and observations are kept, `extra` a folder of further parts for the catalogue,
    `leave_out` the original positions of test images to go without, as a copy that lacks them.
    """

    task: Task
    data: Path | None = None
    samples: int | None = None
    seed: int = 0
    hardware: Hardware = field(default_factory=Hardware.parse)
    artifacts: Sequence[Path] = field(default_factory=artifacts)
    cache: Path = field(default_factory=cache_dir)
    extra: Path | None = None
    progress: "bool | Say" = True
    leave_out: Sequence[int] = ()

    def rows(self, method: Method, point: OperatingPoint) -> list[Row]:
        """The point's rows: noiseless first, then the noise grid; a failure is one row.

        Raises:
            MissingData: the task's images are not here.
            NotTrained: there is no model, and the task is not trained on the spot.
        """
        asked = {"task": self.task.name, "method": method.name, "point": point.name}
        how = {"seed": self.seed, "hardware": self.hardware.name}
        base = Row.model_validate(asked | how | point.to_json())
        try:
            return self._rows(base, method, point)
        except (MissingData, NotTrained):
            raise
        except Exception as error:
            outcome, detail = outcome_of(error)
            return [base.model_copy(update={"outcome": outcome, "detail": detail})]

    @cached_property
    def models(self) -> TrainedModels:
        """Where trained models come from."""
        return TrainedModels(
            self.task,
            self.data,
            self.seed,
            self.artifacts,
            self.cache,
            self.extra,
            self.progress,
        )

    @cached_property
    def images(self) -> ImageSet:
        """The test images, all or a class-balanced part."""
        here = self.images_here
        return here if self.samples is None else here.balanced(self.samples, self.seed)

    @cached_property
    def images_here(self) -> ImageSet:
        """All test images that this copy of the data has, but those to leave out."""
        here = load(self.task, "test", self.data)
        left_out = np.isin(here.index, self.leave_out)
        return here.take(np.flatnonzero(~left_out)) if left_out.any() else here

    @cached_property
    def missing(self) -> list[int]:
        """The original positions of the test images that are not here, ascending."""
        return missing(self.task, "test", self.images_here)

    def _rows(self, base: Row, method: Method, point: OperatingPoint) -> list[Row]:
        setting = self.setting
        trained = self.models.get(method, point)
        codec = trained.model.codec
        channels = self.models.channels(method, point, codec.designed_for)
        if not channels:
            raise Unsupported(f"{method.name} {point.name} declines every channel of the task")
        run_over = channels if codec.designed_for else channels[:1]
        subject = self._subject(method, point, trained, run_over[0])
        seen = self._observe(method, point, trained, run_over)
        if len(seen) == 1 and seen[0].outcome == "ok":
            seen *= len(channels)  # without a code of its own: charged bits / capacity
        return [row(base, setting, subject, *pair) for pair in zip(seen, channels, strict=False)]

    def _observe(
        self, method: Method, point: OperatingPoint, trained: Trained, channels: Sequence[Channel]
    ) -> list[Observation]:
        """What scoring sees; from the cache where the same has been seen before."""
        from cosplit.measure.score import score

        names = [channel.name for channel in channels]
        asked = [trained.digest, self.images.digest, self.seed, method.name, point.name, names]
        key = hashlib.sha256(json.dumps([*asked, self.models.code(method)]).encode()).hexdigest()
        path = self.cache / "observations" / self.task.name / f"{key}.npz"
        seen = observation.load(path)
        if seen is None:
            seen = score(trained.model, self.images, channels, seed=self.seed)
            if all(one.outcome == "ok" for one in seen):
                observation.save(path, seen)
        return seen

    def _subject(
        self, method: Method, point: OperatingPoint, trained: Trained, channel: Channel
    ) -> Subject:
        import torch

        from cosplit.measure.cost import model_cost

        codec = trained.model.codec
        image = torch.from_numpy(self.images.images[:1])
        cost = model_cost(trained.model, image, channel.level if codec.designed_for else None)
        return Subject(
            device_macs=cost.device_macs,
            device_params=cost.device_params,
            server_macs=cost.server_macs,
            unpruned=self.unpruned(point.split_point),
            compresses=method.share_rule == COMPRESSED,
            validation=trained.extra.get("validation_accuracy", {}),
            head_accuracy=trained.extra.get("head_accuracy"),
            weights_digest=trained.digest,
        )

    def unpruned(self, split_point: str) -> Unpruned:
        """What the original network costs up to a split point; all of it where there is none."""
        import torch

        from cosplit.backbones import build_backbone
        from cosplit.measure.cost import count_macs

        network = build_backbone(self.task).eval()
        image = torch.from_numpy(self.images.images[:1])
        whole = count_macs(network, image)
        if split_point not in network.split_points():
            return Unpruned(whole, whole)
        return Unpruned(count_macs(network.split(split_point)[0], image), whole)

    @cached_property
    def setting(self) -> Setting:
        """What all rows of this run share."""
        n_here = len(self.images_here)
        part = len(self.images) < n_here
        return Setting(
            self.task,
            self.hardware,
            n_asked=len(self.images) if part else self.images.n_whole,
            images_digest=self.images.digest,
            png_bits_mean=self._png_bits(),
            detail=f"{len(self.images)} class-balanced images of {n_here}" if part else "",
        )

    def _png_bits(self) -> float:
        """Mean bits of the images as PNG files."""
        import torch

        codec = catalogue.codecs(self.extra)[REFERENCE](self.task.data.shape)
        sent = codec.encode(torch.from_numpy(self.images.images))
        return sum(len(message.data) for message in sent) * 8 / len(sent)
