"""Offloading WebP pictures to a network that is tuned on them: a start, to be made your own.

image --WebP file of a fixed quality--> Bits --reader--> picture --tuned network--> logits
"""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from cosplit.backbones import build_backbone
from cosplit.codecs.lossy_image import LossyImage
from cosplit.method import Method, Trainer
from cosplit.point import OperatingPoint
from cosplit.recipe import Recipe
from cosplit.split import SplitModel
from cosplit.task import Task
from cosplit.training.losses import distilled

QUALITIES = (20, 60)


class MyMethod(Method):
    """One operating point a quality."""

    title = "My method"
    authors = "Who made it"
    source = "where it is described"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """What is offered, before anything is trained."""
        return [OperatingPoint("input", {"quality": quality}) for quality in QUALITIES]

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """The original network, distilled from itself while it reads such pictures."""
        model = _model(task, point, train.base())
        budget = task.training
        recipe = Recipe(budget.method_epochs / 2, budget.method_lr, budget.batch_size)
        return train.stage(point.name, model, recipe, distilled(train.teacher(), recipe))

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The same with initial weights."""
        return _model(task, point, build_backbone(task))


def _model(task: Task, point: OperatingPoint, network: nn.Module) -> SplitModel:
    device, server = network.split("input")
    codec = LossyImage(task.data.shape, "webp", int(point.settings["quality"]))
    return SplitModel(device, codec, server.requires_grad_(True), {})
