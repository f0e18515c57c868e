"""One pruned network a keep ratio, made once and split anywhere.

Source: J. Shao and J. Zhang, arXiv:2006.02166, Section III-B; see `cosplit.pruning.incremental`.
"""

from typing import TYPE_CHECKING

from cosplit.method import Trainer
from cosplit.methods._budget import distil, recipe, trainable_network
from cosplit.pruning.incremental import incremental_prune
from cosplit.training.losses import distilled

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

KEEP = 0.5
ITERATIONS = 3
ITERATING_SHARE = 0.3
TUNING_SHARE = 0.2
PRUNING_SHARE = ITERATING_SHARE + TUNING_SHARE
"""Of the budget; what a method does with the network has the rest."""


def pruned_network(train: Trainer, keep: float) -> "ResNet18":
    """The base with the share `keep` of the channels of every group, fine-tuned as a whole."""
    network = trainable_network(train)
    stage = recipe(train.task, ITERATING_SHARE / ITERATIONS)
    loss, last = distilled(train.base(), stage), network.split_points()[-1]
    smaller = incremental_prune(network, last, keep, train, stage, loss, iterations=ITERATIONS)
    return distil(train, f"pruned-keep{keep:g}", smaller, TUNING_SHARE)
