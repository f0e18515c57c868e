"""One pruned network, made once and split anywhere.

Source: J. Shao and J. Zhang, arXiv:2006.02166, Section III-B; see `cosplit.pruning.incremental`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cosplit.method import Trainer
from cosplit.methods._budget import distil, recipe, trainable_network
from cosplit.pruning.incremental import incremental_prune
from cosplit.training.losses import distilled

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

KEEP: Mapping[str, float] = {"keep": 0.75, "feature": 0.5}
"""The share of channels inside blocks, and between blocks, where they are sent."""
ITERATIONS = 3
ITERATING_SHARE = 0.1
TUNING_SHARE = 1.75
"""Of the task's passes: this network is shared by all points and counted apart."""
TUNING_RATE = 2.0


def pruned_network(train: Trainer, keep: float, feature: float) -> "ResNet18":
    """The base with the share `keep` of each block's inner channels and `feature` of those that
    blocks pass on, fine-tuned as a whole."""
    network = trainable_network(train)
    stage = recipe(train.task, ITERATING_SHARE / ITERATIONS)
    loss, last = distilled(train.teacher(), stage), network.split_points()[-1]
    smaller = incremental_prune(network, last, keep, train, stage, loss, ITERATIONS, feature)
    tuning = recipe(train.task, TUNING_SHARE, TUNING_RATE, any_size=True)
    return distil(train, f"pruned-keep{keep:g}-feature{feature:g}", smaller, tuning)
