"""One pruned network, made once and split anywhere, with an early exit where the paper codes.

Source: J. Shao and J. Zhang, arXiv:2006.02166, Section III-B; see `cosplit.pruning.incremental`.

    image --conv1 .. conv4_x--> feature --conv5_x, head--> logits
                                   +-----exit-----------> logits

From conv4_x on a code of a few bits makes the device half a classifier. It is trained as one from
the start: the exit begins with the layers of the code there. `three_step` ships without it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from torch import Tensor, nn

from cosplit.backbones import build_backbone
from cosplit.codecs.reduction import deep_layers
from cosplit.method import Trainer
from cosplit.methods._budget import recipe, trainable_network
from cosplit.methods._codes import CODES, Vector
from cosplit.methods._points import stage_of
from cosplit.pruning.incremental import incremental_prune
from cosplit.pruning.scores import n_kept
from cosplit.seeds import seeded
from cosplit.task import Task
from cosplit.training.losses import distilled, distilled_exits

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

KEEP: Mapping[str, float] = {"keep": 0.75, "feature": 0.5}
"""The share of channels inside blocks, and between blocks, where they are sent."""
EXIT = "conv4_x"
EXIT_WEIGHT = 0.5
ITERATIONS = 3
ITERATING_SHARE = 0.075
TUNING_SHARE = 1.5
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
    task, key = train.task, f"pruned-keep{keep:g}-feature{feature:g}"
    pruning = recipe(task, ITERATING_SHARE / ITERATIONS)
    tuning = recipe(task, TUNING_SHARE, TUNING_RATE, any_size=True)

    def make() -> Pruned:
        network, loss = trainable_network(train), distilled(train.teacher(), pruning)
        last = network.split_points()[-1]
        smaller = incremental_prune(network, last, keep, train, pruning, loss, ITERATIONS, feature)
        with seeded(train.seed, "exit"):
            pruned = with_exit(task, smaller).requires_grad_(True)
        loss = distilled_exits(train.teacher(), tuning, EXIT_WEIGHT)
        return train.stage(key, pruned, tuning, loss)

    return train.shared(key, [pruning, tuning], lambda: _architecture(task, keep, feature), make)


def _architecture(task: Task, keep: float, feature: float) -> Pruned:
    full = build_backbone(task).channels
    outs = [n_kept(feature, width) for width in full["outs"]]
    inner = [n_kept(keep, width) for width in full["inner"]]
    return with_exit(task, build_backbone(task, {"outs": outs, "inner": inner}))


def with_exit(task: Task, network: "ResNet18") -> Pruned:
    """`network` with an exit of initial weights."""
    code = CODES[stage_of(EXIT)]
    assert isinstance(code, Vector)
    channels, *_ = network.feature_shape(EXIT, task.data.shape)
    deep, answer = deep_layers(channels, code.hidden), nn.Linear(code.hidden, task.data.classes)
    exit_ = nn.Sequential(deep, nn.AdaptiveAvgPool2d(1), nn.Flatten(), answer)
    return Pruned(network, exit_)
