"""Offloading the image itself as a PNG file: the reference for communication.

Source: the paper's Fig. 3 and 4, "input data" (Shao and Zhang, arXiv:2006.02166, Section IV).

    image --PNG file--> Bits --PNG reader--> image --whole network--> logits
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cosplit.backbones import build_backbone
from cosplit.codecs.png import Png as PngCodec
from cosplit.method import Method, Trainer
from cosplit.methods._budget import original_network
from cosplit.methods._points import INPUT, split_points
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18


class Png(Method):
    """Nothing is trained: the file is lossless, so the base's accuracy is kept exactly."""

    title = "PNG offloading"
    authors = "T. Boutell et al."
    source = "RFC 2083"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """One, at the input."""
        return [OperatingPoint(INPUT)] if INPUT in split_points(task) else []

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """The base behind a PNG file."""
        return _model(task, original_network(train))

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The same with initial weights."""
        return _model(task, build_backbone(task))


def _model(task: Task, network: "ResNet18") -> SplitModel:
    device, server = network.split(INPUT)
    return SplitModel(device, PngCodec(task.data.shape), server, {}).eval()
