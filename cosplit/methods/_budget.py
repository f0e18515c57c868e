"""What every method has alike: passes over the training images, peak rate, distillation, EMA."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from torch import nn

from cosplit.channel import Channel
from cosplit.method import Trainer
from cosplit.methods._points import stage_of
from cosplit.recipe import Recipe
from cosplit.task import Task
from cosplit.training.losses import distilled

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

MOST_TRAINED = 4_000_000
"""Parameters of the server that a point may have of its own: 8 MB in its artifact. The rest is
frozen and stored once with the base."""

M = TypeVar("M", bound=nn.Module)


def original_network(train: Trainer) -> "ResNet18":
    """The base, a fresh copy with everything frozen."""
    return cast("ResNet18", train.base().requires_grad_(False))


def trainable_network(train: Trainer) -> "ResNet18":
    """The base, a fresh copy to be trained as a whole."""
    return cast("ResNet18", train.base().requires_grad_(True))


def recipe(task: Task, share: float, rate: float = 1.0, any_size: bool = False) -> Recipe:
    """A stage of `share` of the task's passes at `rate` times its peak learning rate.

    A model that takes images of `any_size` sees smaller ones in the task's share of first epochs.
    """
    training = task.training
    epochs = share * training.method_epochs
    return Recipe(
        epochs,
        rate * training.method_lr,
        training.batch_size,
        small_epochs=round(epochs * training.small_share) if any_size else 0,
        views=training.views,
    )


def distil(
    train: Trainer,
    key: str,
    model: M,
    stage: Recipe,
    channels: Sequence[Channel] = (),
) -> M:
    """`model` after a stage, taught by the base. Where the code is trained through a channel, each
    batch goes through one of `channels`."""
    return train.stage(key, model, stage, distilled(train.teacher(), stage, channels))


def next_stage(server: nn.Module, most: int = MOST_TRAINED) -> nn.Sequential:
    """The units at the front of a server half that adapt to what is sent: one stage at most."""
    units = [u for u in server.named_children() if any(True for _ in u[1].parameters())]
    chosen: list[nn.Module] = []
    for name, unit in units:
        size = sum(p.numel() for part in (*chosen, unit) for p in part.parameters())
        if chosen and (stage_of(name) != stage_of(units[0][0]) or size > most):
            break
        chosen.append(unit)
    return nn.Sequential(*chosen)
