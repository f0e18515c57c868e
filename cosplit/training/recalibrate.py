"""Normalisation statistics estimated anew, after channels or inputs have changed."""

from collections.abc import Callable, Iterable
from itertools import islice

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase

N_BATCHES = 40


@torch.no_grad()
def recalibrate(
    model: nn.Module, forward: Callable[[Tensor], object], batches: Iterable[Tensor]
) -> None:
    """Set every normalisation statistic of `model` to its mean over the first batches.

    `forward` sends a batch (uint8 images) through `model`; all but the normalisation layers
    are in evaluation mode meanwhile. The model is left in evaluation mode.
    """
    model.eval()
    layers = [m for m in model.modules() if isinstance(m, _NormBase)]
    kept = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # a cumulative average
        layer.train()
    for images in islice(batches, N_BATCHES):
        forward(images.contiguous(memory_format=torch.channels_last))
    for layer, value in zip(layers, kept, strict=True):
        layer.momentum = value
    model.eval()
