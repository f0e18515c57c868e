"""SGD with Nesterov momentum; its learning rate is a function of the step alone."""

import math

import torch
from torch import Tensor, nn

from cosplit.recipe import Recipe

START = 0.1
END = 0.001
"""The first and the last learning rate, as shares of the peak."""


def build_optimiser(model: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    """One optimiser over what is trainable; weight decay only on tensors of two axes or more."""
    trainable = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trainable if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in trainable if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.SGD(
        [group for group in groups if group["params"]],
        lr=recipe.peak_lr,
        momentum=recipe.momentum,
        nesterov=recipe.momentum > 0,
    )


def one_cycle(step: int, total: int, peak: float, warm_up: float) -> float:
    """The rate at `step` of `total`: cosine up over the share `warm_up`, cosine down after."""
    turn = warm_up * total
    if step < turn:
        return _cosine(START * peak, peak, step / turn)
    return _cosine(peak, END * peak, (step - turn) / max(1.0, total - 1 - turn))


def _cosine(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * min(1.0, share))) / 2


def momentum(model: nn.Module, optimiser: torch.optim.SGD) -> dict[str, Tensor]:
    """The momentum of every parameter that has one, by the parameter's name."""
    buffers = {name: optimiser.state[p].get("momentum_buffer") for name, p in trained(model)}
    return {name: buffer for name, buffer in buffers.items() if buffer is not None}


def restore_momentum(
    model: nn.Module, optimiser: torch.optim.SGD, saved: dict[str, Tensor]
) -> None:
    """Put back what `momentum` took."""
    for name, parameter in trained(model):
        if name in saved:
            buffer = torch.empty_like(parameter).copy_(saved[name])
            optimiser.state[parameter]["momentum_buffer"] = buffer


def trained(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    """The trainable parameters with their names."""
    return [(name, p) for name, p in model.named_parameters() if p.requires_grad]
