"""Masked channels: zero after normalisation, untouched by training, restored on demand."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor

from cosplit.backbones.resnet18 import ResNet18
from cosplit.pruning.groups import find_groups
from cosplit.pruning.scores import Masks

_BUFFER = "kept_channels"
_STATISTICS = ("running_mean", "running_var")


@contextmanager
def masked(model: ResNet18, masks: Masks) -> Iterator[Callable[[], None]]:
    """Inside, the masked entries of `model` are zero, and training leaves them so.

    Yields what to call after every optimiser step. No momentum gathers in masked entries: the
    channel is exactly zero, and the gradients of ReLU at zero, of filters under a zero scale
    and of readers of zeros are zero. Meanwhile the masks are buffers (`kept_channels`) beside
    the statistics of the normalisation they follow, so that a checkpoint holds them.
    """
    parameters = {name for name, _ in model.named_parameters()}
    dropped = {k: v for k, v in dropped_entries(model, masks).items() if k in parameters}

    @torch.no_grad()
    def hold() -> None:
        for name, entries in dropped.items():
            model.get_parameter(name).masked_fill_(entries, 0)

    _add_buffers(model, masks)
    hold()
    try:
        yield hold
    finally:
        remove_buffers(model)


def dropped_entries(model: ResNet18, masks: Masks) -> dict[str, Tensor]:
    """By tensor name, bool of the tensor's shape: what belongs to a channel that is masked.

    Filters, scale, shift and statistics of the channel, and the weights that read it.
    """
    state = model.state_dict()
    dropped: dict[str, Tensor] = {}

    def drop(name: str, index: tuple[slice | Tensor, ...]) -> None:
        entries = dropped.setdefault(name, torch.zeros(state[name].shape, dtype=torch.bool))
        entries[index] = True

    for group in find_groups(model):
        if group.name not in masks:
            continue
        gone = ~masks[group.name]
        for module in group.filters:
            drop(f"{module}.weight", (gone,))
        for module in group.norms:
            for tensor in ("weight", "bias", *_STATISTICS):
                drop(f"{module}.{tensor}", (gone,))
        for module in group.consumers:
            drop(f"{module}.weight", (slice(None), gone))
    return dropped


def saved_entries(model: ResNet18, masks: Masks) -> dict[str, tuple[Tensor, Tensor]]:
    """By tensor name, (what is masked, the tensor as it is now): for `restore`."""
    state = model.state_dict()
    dropped = dropped_entries(model, masks)
    return {name: (entries, state[name].clone()) for name, entries in dropped.items()}


@torch.no_grad()
def restore(model: ResNet18, saved: Mapping[str, tuple[Tensor, Tensor]]) -> None:
    """Give the masked entries, and only them, the values they had when saved."""
    state = model.state_dict()
    for name, (entries, values) in saved.items():
        state[name].copy_(torch.where(entries, values, state[name]))


def remove_buffers(model: ResNet18) -> None:
    """Take the masks out of the model's state."""
    for module in model.modules():
        if _BUFFER in dict(module.named_buffers(recurse=False)):
            delattr(module, _BUFFER)


def _add_buffers(model: ResNet18, masks: Masks) -> None:
    for group in find_groups(model):
        if group.name in masks:
            for norm in group.norms:
                model.get_submodule(norm).register_buffer(_BUFFER, masks[group.name].clone())
