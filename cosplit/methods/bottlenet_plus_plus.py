"""BottleNet++: a convolutional auto-encoder trained end to end around the link.

Source: J. Shao and J. Zhang, arXiv:1910.14315, Section III.

    image --unpruned half--> feature --conv, BN, sigmoid, 2^b levels--> Bits
    Bits --> transposed conv, BN, ReLU --> feature --other half--> logits

The device half is the base's. Auto-encoder and the server's next stage train together.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cosplit.backbones import build_backbone
from cosplit.codecs.bottlenet import BottleNet
from cosplit.method import Method, Trainer
from cosplit.methods._budget import distil, next_stage, original_network, recipe
from cosplit.methods._points import by_stage, inner_points, stage_of
from cosplit.point import OperatingPoint
from cosplit.seeds import seeded
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

CODES: Mapping[str, Mapping[str, int]] = {
    "conv1": {"channels": 8, "bits": 4},
    "conv2": {"channels": 8, "bits": 4},
    "conv3": {"channels": 8, "bits": 4},
    "conv4": {"channels": 8, "bits": 2},
    "conv5": {"channels": 8, "bits": 1},
}
"""Channels of the bottleneck and bits an element, by the stage a split point lies in."""
SHARE = 0.3
AGAIN_SHARE, AGAIN_RATE = 0.25, 0.5
"""Of the task's passes, and once more, on images of full size and at half the peak rate."""
FIXED_SIZE = ("conv5",)
"""Behind this stage a smaller image leaves an odd map, which has no half."""


class BottleNetPlusPlus(Method):
    """One point at every split point."""

    title = "BottleNet++"
    authors = "J. Shao, J. Zhang"
    source = "arXiv:1910.14315"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """One at every split point behind a layer."""
        return [OperatingPoint(name, by_stage(CODES, name)) for name in inner_points(task)]

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """The base with an auto-encoder trained into it."""
        with seeded(train.seed, self.name, point.name):
            model = _model(task, original_network(train), point)
        next_stage(model.server).requires_grad_(True)
        training = recipe(task, SHARE, any_size=stage_of(point.split_point) not in FIXED_SIZE)
        model = distil(train, f"{self.name}-{point.name}", model, training)
        again = recipe(task, AGAIN_SHARE, AGAIN_RATE)
        return distil(train, f"{self.name}-{point.name}-again", model, again)

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The same with initial weights."""
        return _model(task, build_backbone(task), point)


def _model(task: Task, network: "ResNet18", point: OperatingPoint) -> SplitModel:
    device, server = network.split(point.split_point)
    shape = network.feature_shape(point.split_point, task.data.shape)
    settings = point.settings
    codec = BottleNet(shape, int(settings["channels"]), int(settings["bits"]))
    return SplitModel(device, codec, server, {}).eval()
