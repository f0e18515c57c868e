import copy
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cosplit.backbones.resnet18 import ResNet18
from cosplit.method import Batch


def _random_network(width: int = 8, seed: int = 0) -> ResNet18:
    """Every tensor of it random, so that no law holds by initialisation."""
    generator = torch.Generator().manual_seed(seed)
    model = ResNet18(width=width).eval()
    for name, tensor in model.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2, generator=generator)
        elif tensor.is_floating_point():
            tensor.normal_(0, 0.3, generator=generator)
    return model


def _images(n: int = 2, side: int = 16, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (n, 3, side, side), dtype=torch.uint8, generator=generator)


class TinyTrainer:
    """Two steps a stage of SGD with momentum and weight decay, then averaged weights.

    Each step also moves every parameter a little, gradient or not.
    """

    def __init__(self) -> None:
        self.forgets_after_step = False
        self.entries: list[dict[str, torch.Tensor]] = []
        self.exits: list[dict[str, torch.Tensor]] = []
        self.momenta: list[dict[str, torch.Tensor]] = []
        self.keys: list[str] = []
        self.recalibrated: list[nn.Module] = []

    def stage(self, key, model, recipe, loss, after_step: Callable[[], None] | None = None):
        self.keys.append(key)
        self.entries.append(copy.deepcopy(model.state_dict()))
        optimiser = torch.optim.SGD(
            model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True
        )
        average = copy.deepcopy(model.state_dict())
        noise = torch.Generator()
        for step in range(2):
            model.train()
            optimiser.zero_grad()
            labels = torch.arange(4)
            loss(model, Batch(_images(4, seed=step), labels, labels), noise).backward()
            optimiser.step()
            torch._foreach_add_([p.data for p in model.parameters()], 1e-3)
            if after_step and not self.forgets_after_step:
                after_step()
            for name, tensor in model.state_dict().items():
                if tensor.is_floating_point():
                    average[name].lerp_(tensor, 0.3)
        names = dict(model.named_parameters())
        self.momenta.append({k: optimiser.state[p]["momentum_buffer"] for k, p in names.items()})
        model.load_state_dict(average)
        self.exits.append(copy.deepcopy(model.state_dict()))
        return model.eval()

    def recalibrate(self, model, forward):
        forward(_images())
        self.recalibrated.append(model)


def _cross_entropy(model, batch, noise):
    return F.cross_entropy(model(batch.images), batch.labels)


@pytest.fixture
def random_network():
    return _random_network


@pytest.fixture
def images():
    return _images()


@pytest.fixture
def cross_entropy():
    return _cross_entropy


@pytest.fixture
def trainer() -> TinyTrainer:
    return TinyTrainer()
