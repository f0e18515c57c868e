"""Rows of a submission: what judging saw, put beside what the harness knows by itself."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosplit.files import sha256
from cosplit.measure.metrics import Subject, row
from cosplit.row import Row
from cosplit.submission.exam import Exam
from cosplit.submission.folder import Submission
from cosplit.submission.judge import Judge, Judged
from cosplit.submission.manifest import Point
from cosplit.submission.weights import device_params

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cosplit.channel import Channel
    from cosplit.runner import Runner
    from cosplit.submission.sandbox import Sandbox

COMPRESSED = "compressed"
_BATCH = 250


@dataclass(frozen=True)
class Scorer:
    """Scores submissions to one task. `runner` holds data, hardware and the task's base."""

    runner: "Runner"
    sandbox: "Sandbox"

    def rows(
        self, submission: Submission, seed: int, points: Sequence[Point] | None = None
    ) -> Iterator[list[Row]]:
        """Rows point by point, of all or the given ones. Failures are rows.

        `seed` names the noise, which can be met again; order and changes are drawn anew.
        """
        if asked := submission.manifest.points if points is None else points:
            judge = Judge(self.sandbox, submission, self.exam(seed))
            yield from (self._rows(judge, point) for point in asked)

    def exam(self, seed: int) -> Exam:
        """The runner's images, in an order that nobody knew before."""
        runner, models = self.runner, self.runner.models
        validation = models.trainer.validation
        if runner.samples is not None:
            validation = validation.balanced(runner.samples, runner.seed)
        drawn = secrets.randbits(31)
        return Exam.draw(runner.task, runner.images, validation, self._base, seed, drawn)

    def _base(self, images: "NDArray[np.uint8]") -> "NDArray[np.int64]":
        import numpy as np
        import torch

        network = self.runner.models.trainer.base()
        parts = np.split(images, range(_BATCH, len(images), _BATCH))
        with torch.inference_mode():
            return np.concatenate([network(torch.from_numpy(p)).argmax(1).numpy() for p in parts])

    def _rows(self, judge: Judge, point: Point) -> list[Row]:
        channels = self._channels(point)
        if point.designed_for:
            seen = [judge.judge(point, channel) for channel in channels]
        else:  # charged bits / capacity, as if a perfect channel code protected it
            seen = [judge.judge(point, channels[0])] * len(channels)
        if seen[0].observation.outcome != "ok":
            return [self._failed(judge, point, channels[0], seen[0])]
        base, subject = self._base_row(judge, point), self._subject(judge, point, seen, channels)
        return [
            row(base, self.runner.setting, subject, one.observation, channel)
            for one, channel in zip(seen, channels, strict=True)
        ]

    def _channels(self, point: Point) -> "Sequence[Channel]":
        from cosplit import catalogue

        grid = list(self.runner.models.grid())
        if point.designed_for:
            return [channel for channel in grid if channel.kind == point.designed_for]
        return [catalogue.channel("noiseless"), *grid]

    def _base_row(self, judge: Judge, point: Point) -> Row:
        names = {
            "task": self.runner.task.name,
            "method": judge.submission.manifest.name,
            "point": point.operating.name,
            "seed": judge.exam.seed,
            "hardware": self.runner.hardware.name,
        }
        return Row.model_validate(names | point.operating.to_json())

    def _failed(self, judge: Judge, point: Point, channel: "Channel", seen: Judged) -> Row:
        facts = {
            "outcome": seen.observation.outcome,
            "detail": seen.observation.detail,
            "channel": channel.name,
        }
        return self._base_row(judge, point).model_copy(update=facts)

    def _subject(
        self, judge: Judge, point: Point, seen: Sequence[Judged], channels: "Sequence[Channel]"
    ) -> Subject:
        weights = judge.submission.weights[point.operating.name]
        first = seen[0]
        return Subject(
            device_macs=first.device_macs or 0,
            device_params=device_params(weights),
            server_macs=first.server_macs or 0,
            unpruned=self.runner.unpruned(point.split_point),
            compresses=judge.submission.manifest.share_rule == COMPRESSED,
            validation={
                one.observation.channel: one.validation_accuracy
                for one in seen
                if one.validation_accuracy is not None
            },
            head_accuracy=None,
            weights_digest=sha256(weights),
        )
