"""How much the answer depends on each number of a feature.

Source: the Fisher information of an answer drawn from the model itself, J. Martens, "New insights
and perspectives on the natural gradient method", arXiv:1412.1193; softened as for distillation.
"""

import torch
from torch import Tensor, nn

from cosplit.seeds import torch_generator
from cosplit.training.losses import TEMPERATURE

BATCH = 256


def sensitivity(
    device: nn.Module, server: nn.Module, images: Tensor, seed: int
) -> tuple[Tensor, Tensor]:
    """Features (n, c, h, w) of `images` (n, 3, h, w), and the gradient by each of the logarithm of
    an answer that is drawn from the model's own distribution."""
    draw = torch_generator(seed, "sensitivity")
    features, gradients = [], []
    for batch in torch.split(images, BATCH):
        with torch.no_grad():
            feature = device(batch)
        feature.requires_grad_(True)
        answers = (server(feature).float() / TEMPERATURE).log_softmax(1)
        drawn = torch.multinomial(answers.detach().exp(), 1, generator=draw)
        (gradient,) = torch.autograd.grad(answers.gather(1, drawn).sum(), feature)
        features.append(feature.detach())
        gradients.append(gradient)
    return torch.cat(features), torch.cat(gradients)
