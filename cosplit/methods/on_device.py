"""The whole network on the device; only the answer crosses, as the number of its class.

Source: the end point of Fig. 3 (Shao and Zhang, arXiv:2006.02166): full, and pruned by the same
incremental pruning as `three_step`, whose network it shares.

    image --whole network--> logits --class number--> Bits --> one-hot logits
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from torch import nn

from cosplit.backbones import build_backbone
from cosplit.codecs.class_code import ClassCode
from cosplit.method import Method, Trainer
from cosplit.methods._budget import original_network
from cosplit.methods._points import WHOLE, split_points
from cosplit.methods._pruned import KEEP, pruned_network
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

FULL: Mapping[str, float] = {"keep": 1}


class OnDevice(Method):
    """Full (`keep` 1) it is the base untouched; pruned it is what `three_step` splits."""

    title = "On-device inference"
    authors = "K. He, X. Zhang, S. Ren, J. Sun"
    source = "arXiv:1512.03385"
    share_rule = "compressed"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """The whole network, full and pruned."""
        split_points(task)  # what is wrong with a task is said by every method
        return [OperatingPoint(WHOLE, widths) for widths in (FULL, KEEP)]

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """The base, or the pruned network."""
        if point.settings == FULL:
            return _model(task, original_network(train))
        pruned = pruned_network(train, **{k: float(point.settings[k]) for k in KEEP})
        return _model(task, pruned.network)

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The network at the widths that pruning left."""
        return _model(task, build_backbone(task, config["channels"]))


def _model(task: Task, network: "ResNet18") -> SplitModel:
    code = ClassCode(task.data.classes)
    config = {"channels": network.channels}
    return SplitModel(network.units, code, nn.Identity(), config).eval()
