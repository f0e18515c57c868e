"""One pruned network, made once and split anywhere, with an early exit where the paper codes.

Source: J. Shao and J. Zhang, arXiv:2006.02166, Section III-B; see `cosplit.pruning.incremental`.

    image --conv1 .. conv4_x--> feature --conv5_x, head--> logits
                                   +-----exit-----------> logits

From conv4_x on a code of a few bits makes the device half a classifier. It is trained as one from
the start: the exit begins with the layers of the code there. The network itself ships without it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from torch import Tensor, nn

from cosplit.codecs.reduction import deep_layers
from cosplit.method import Trainer
from cosplit.methods._budget import recipe, trainable_network
from cosplit.methods._codes import CODES, Vector
from cosplit.methods._points import stage_of
from cosplit.pruning.incremental import incremental_prune
from cosplit.seeds import seeded
from cosplit.training.losses import distilled, distilled_exits

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

KEEP: Mapping[str, float] = {"keep": 0.75, "feature": 0.5}
"""The share of channels inside blocks, and between blocks, where they are sent."""
EXIT = "conv4_x"
EXIT_WEIGHT = 0.5
ITERATIONS = 3
ITERATING_SHARE = 0.075
TUNING_SHARE = 1.25
"""Of the task's passes: this network is shared by all points and counted apart."""
TUNING_RATE = 2.0


class Pruned(nn.Module):
    """Images to logits at the end of `network` and at `exit`."""

    def __init__(self, network: "ResNet18", exit_: nn.Sequential) -> None:
        super().__init__()
        self.network = network
        self.exit = exit_

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Both logits (n, classes)."""
        device, server = self.network.split(EXIT)
        feature = device(images)
        return server(feature), self.exit(feature)


def pruned_network(train: Trainer, keep: float, feature: float) -> Pruned:
    """The base with the share `keep` of each block's inner channels and `feature` of those that
    blocks pass on, fine-tuned as a whole."""
    network = trainable_network(train)
    stage = recipe(train.task, ITERATING_SHARE / ITERATIONS)
    loss, last = distilled(train.teacher(), stage), network.split_points()[-1]
    smaller = incremental_prune(network, last, keep, train, stage, loss, ITERATIONS, feature)
    with seeded(train.seed, "exit"):
        pruned = Pruned(smaller, _exit(train, smaller)).requires_grad_(True)
    tuning = recipe(train.task, TUNING_SHARE, TUNING_RATE, any_size=True)
    loss = distilled_exits(train.teacher(), tuning, EXIT_WEIGHT)
    return train.stage(f"pruned-keep{keep:g}-feature{feature:g}", pruned, tuning, loss)


def _exit(train: Trainer, network: "ResNet18") -> nn.Sequential:
    code = CODES[stage_of(EXIT)]
    assert isinstance(code, Vector)
    data = train.task.data
    channels, *_ = network.feature_shape(EXIT, data.shape)
    deep, answer = deep_layers(channels, code.hidden), nn.Linear(code.hidden, data.classes)
    return nn.Sequential(deep, nn.AdaptiveAvgPool2d(1), nn.Flatten(), answer)
