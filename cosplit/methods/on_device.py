"""The answer is found on the device; it alone crosses, as the number of its class.

Source: the end point of Fig. 3 (Shao and Zhang, arXiv:2006.02166): full, and pruned by the same
incremental pruning as `three_step`, whose network it shares. That network's early exit
(S. Teerapittayanon et al., arXiv:1709.01921) is what a code of a few bits behind conv4_x has to
be compared with: there nothing is left to be done at the server.

    image --whole network, or as far as the exit--> logits --class number--> Bits --> one-hot logits
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from torch import nn

from cosplit.backbones import build_backbone
from cosplit.codecs.class_code import ClassCode
from cosplit.method import Method, Trainer
from cosplit.methods._budget import original_network
from cosplit.methods._points import WHOLE, inner_points
from cosplit.methods._pruned import EXIT, KEEP, Pruned, pruned_network, with_exit
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

FULL: Mapping[str, float] = {"keep": 1}
EARLY: Mapping[str, Any] = {**KEEP, "code": "exit"}


class OnDevice(Method):
    """Full (`keep` 1) it is the base untouched; pruned, with or without its early exit, it is what
    `three_step` splits."""

    title = "On-device inference"
    authors = "K. He, X. Zhang, S. Ren, J. Sun"
    source = "arXiv:1512.03385"
    share_rule = "compressed"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """The whole network, full and pruned, and the pruned one's exit where the task has it."""
        early = [OperatingPoint(EXIT, EARLY)] if EXIT in inner_points(task) else []
        return [*(OperatingPoint(WHOLE, widths) for widths in (FULL, KEEP)), *early]

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """The base, or the pruned network as far as the point goes."""
        if point.settings == FULL:
            return _whole(task, original_network(train))
        pruned = pruned_network(train, **{k: float(point.settings[k]) for k in KEEP})
        return _early(task, pruned) if point.split_point == EXIT else _whole(task, pruned.network)

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The network at the widths that pruning left."""
        network = build_backbone(task, config["channels"])
        if point.split_point == EXIT:
            return _early(task, with_exit(task, network))
        return _whole(task, network)


def _whole(task: Task, network: "ResNet18") -> SplitModel:
    return _answering(task, network.units, network)


def _early(task: Task, pruned: Pruned) -> SplitModel:
    device, _ = pruned.network.split(EXIT)
    return _answering(task, nn.Sequential(device, pruned.exit), pruned.network)


def _answering(task: Task, device: nn.Module, network: "ResNet18") -> SplitModel:
    code = ClassCode(task.data.classes)
    return SplitModel(device, code, nn.Identity(), {"channels": network.channels}).eval()
