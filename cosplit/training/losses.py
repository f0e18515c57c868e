"""What a stage minimises: cross-entropy alone, or distillation from the original network."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from cosplit.channel import Channel
from cosplit.method import Batch, Loss, Teacher
from cosplit.recipe import Recipe
from cosplit.split import SplitModel

TEMPERATURE = 2.0
SOFT = 0.7
"""The share of the teacher's word in a distilled loss; the labels have the rest."""


def cross_entropy(recipe: Recipe, channels: Sequence[Channel] = ()) -> Loss:
    """Cross-entropy with label smoothing, plus the codec's own loss."""

    def loss(model: nn.Module, batch: Batch, noise: torch.Generator) -> Tensor:
        logits = _logits(model, batch.images, channels, noise)
        return _hard(logits, batch.labels, recipe) + auxiliary(model)

    return loss


def distilled(teacher: Teacher, recipe: Recipe, channels: Sequence[Channel] = ()) -> Loss:
    """Kullback-Leibler divergence to the teacher's answer on the same crops
    (G. Hinton et al., arXiv:1503.02531), cross-entropy, and the codec's own loss.

    Where `channels` are given, each batch is sent through one of them, drawn evenly.
    """

    def loss(model: nn.Module, batch: Batch, noise: torch.Generator) -> Tensor:
        with torch.no_grad():
            target = functional.softmax(teacher(batch).float() / TEMPERATURE, 1)
        logits = _logits(model, batch.images, channels, noise)
        return _taught(logits, target, batch.labels, recipe) + auxiliary(model)

    return loss


def distilled_exits(teacher: Teacher, recipe: Recipe, weight: float) -> Loss:
    """The same for a model that answers twice, (logits at its end, logits at an earlier exit): the
    second loss counts `weight` times (deep supervision, C. Lee et al., arXiv:1409.5185)."""

    def loss(model: nn.Module, batch: Batch, noise: torch.Generator) -> Tensor:
        with torch.no_grad():
            target = functional.softmax(teacher(batch).float() / TEMPERATURE, 1)
        end, early = (
            _taught(logits.float(), target, batch.labels, recipe) for logits in model(batch.images)
        )
        return end + weight * early

    return loss


def _taught(logits: Tensor, target: Tensor, labels: Tensor, recipe: Recipe) -> Tensor:
    answer = functional.log_softmax(logits / TEMPERATURE, 1)
    soft = TEMPERATURE**2 * functional.kl_div(answer, target, reduction="batchmean")
    return SOFT * soft + (1 - SOFT) * _hard(logits, labels, recipe)


def auxiliary(model: nn.Module) -> Tensor | float:
    """What the codec adds after its last forward pass (a commitment loss, say), or zero."""
    return model.codec.auxiliary_loss if isinstance(model, SplitModel) else 0.0


def _hard(logits: Tensor, labels: Tensor, recipe: Recipe) -> Tensor:
    return functional.cross_entropy(logits, labels, label_smoothing=recipe.label_smoothing)


def _logits(
    model: nn.Module, images: Tensor, channels: Sequence[Channel], noise: torch.Generator
) -> Tensor:
    if not channels:
        logits: Tensor = model(images)
    else:
        drawn = int(torch.randint(len(channels), (), generator=noise))
        logits = model(images, channels[drawn], noise)
    return logits.float()
