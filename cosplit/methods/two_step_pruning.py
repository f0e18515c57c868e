"""2-Step Pruning: the whole network first, then the layer before the split once more.

Source: W. Shi et al., "Improving Device-Edge Cooperative Inference of Deep Learning via 2-Step
Pruning", INFOCOM Workshops 2019, arXiv:1903.03472; channels ranked by a first-order
Taylor criterion, on weights as in P. Molchanov et al., arXiv:1906.10771.

    image --pruned half, its last layer twice--> feature --2^b levels, Huffman--> Bits
    Bits --> rounded feature --other pruned half--> logits

The first step is one network for all split points. After each cut the network is fine-tuned, after
the last one only the units that it cut into; the width b is chosen as in `original`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from cosplit.backbones import build_backbone
from cosplit.method import Batch, Method, Trainer
from cosplit.methods._budget import distil, recipe, trainable_network
from cosplit.methods._choice import goal
from cosplit.methods._points import inner_points
from cosplit.methods._quantised import narrowest_quantiser, quantised
from cosplit.point import OperatingPoint
from cosplit.pruning.groups import feature_group
from cosplit.pruning.scores import taylor_scores
from cosplit.pruning.surgery import prune_by_scores
from cosplit.split import SplitModel
from cosplit.task import Task
from cosplit.training.losses import cross_entropy

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

KEEP = 0.85
FEATURE_KEEP = 0.5
CUTS = 2
CUT_SHARE = 0.15
WHOLE_SHARE = 0.6
FEATURE_SHARE = 0.375
"""Of the task's passes: after each cut but the last of step one, after that, and after step two.
Step one is shared by all points and counted apart."""
N_RANKING = 1024
"""Training images that channels are ranked on."""


class TwoStepPruning(Method):
    """One point at every split point; `keep` of all channels, `feature` of what is sent."""

    title = "2-Step Pruning"
    authors = "W. Shi, Y. Hou, S. Zhou, Z. Niu, Y. Zhang, L. Geng"
    source = "arXiv:1903.03472"
    share_rule = "compressed"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """One at every split point behind a layer."""
        settings = {"keep": KEEP, "feature": FEATURE_KEEP}
        return [OperatingPoint(name, settings) for name in inner_points(task)]

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """Both steps, then the narrowest quantiser."""
        network = self._whole(train, float(point.settings["keep"]))
        key, feature_keep = f"{self.name}-{point.name}", float(point.settings["feature"])
        network = _cut(train, network, feature_keep, before=point.split_point)
        network.requires_grad_(False)
        for unit in touched_units(network, point.split_point):
            unit.requires_grad_(True)
        network = distil(train, key, network, recipe(task, FEATURE_SHARE))
        return narrowest_quantiser(train, network.requires_grad_(False), point, goal(train))

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The network at the widths that pruning left, around the width that was found."""
        return quantised(task, build_backbone(task, config["channels"]), point, config)

    def _whole(self, train: Trainer, keep: float) -> "ResNet18":
        """Step one, in equal cuts."""
        network = trainable_network(train)
        for cut in range(1, CUTS + 1):
            network = _cut(train, network, keep ** (1 / CUTS))
            key = f"{self.name}-keep{keep:g}-{cut}of{CUTS}"
            share = CUT_SHARE if cut < CUTS else WHOLE_SHARE
            network = distil(train, key, network, recipe(train.task, share, any_size=True))
        return network


def touched_units(network: "ResNet18", point: str) -> list[nn.Module]:
    """The units that write or read the channels sent at `point`: all that step two cuts."""
    group = feature_group(network, point)
    names = {name.split(".")[1] for name in (*group.filters, *group.consumers)}
    return [unit for name, unit in network.units.named_children() if name in names]


def _cut(train: Trainer, network: "ResNet18", keep: float, before: str | None = None) -> "ResNet18":
    """Without its least important channels: in all groups, or in the one sent `before` the link."""
    loss = cross_entropy(recipe(train.task, CUT_SHARE))
    scores = taylor_scores(network, _ranking_batches(train), loss)
    smaller = prune_by_scores(network, scores, keep, before)
    train.recalibrate(smaller, smaller)
    return smaller


def _ranking_batches(train: Trainer) -> list[Batch]:
    """Training images in batches, with the base's answers as labels."""
    base, rows = train.base(), torch.arange(N_RANKING)
    images = train.training_images(N_RANKING)
    size = train.task.training.batch_size
    parts = zip(torch.split(images, size), torch.split(rows[: len(images)], size), strict=True)
    return [Batch(batch, base(batch).argmax(1), part) for batch, part in parts]
