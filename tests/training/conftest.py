"""A network of a few layers and forty images of 8x8: what a stage needs, and no more."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from cosplit.data import ImageSet
from cosplit.task import Task, load_task
from cosplit.training.batches import Batches
from cosplit.training.trainer import LocalTrainer


class Tiny(nn.Sequential):
    """uint8 (n, 3, 8, 8) to 10 logits; any image size."""

    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 4, 3, padding=1, bias=False),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
            nn.Linear(16, 10),
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return super().forward(images.float() / 255)


def tiny() -> Tiny:
    torch.manual_seed(0)
    return Tiny()


def image_set(n: int = 40, seed: int = 0) -> ImageSet:
    """Images whose label is their brightness, with noise on it."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 10
    images = 25 * labels[:, None, None, None] + rng.integers(0, 20, (n, 3, 8, 8))
    return ImageSet.of(images, labels, np.arange(n), n)


def tiny_task(**training: object) -> Task:
    task = load_task("digits")
    return task.model_copy(update={"training": task.training.model_copy(update=training)})


def tiny_trainer(cache: Path, **training: object) -> LocalTrainer:
    return LocalTrainer(tiny_task(**training), image_set(), image_set(20, 1), cache, progress=False)


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)  # tiny layers, and other tests beside them


@pytest.fixture
def network() -> Tiny:
    return tiny()


@pytest.fixture
def trainer(tmp_path: Path) -> LocalTrainer:
    return tiny_trainer(tmp_path, batch_size=10)


@pytest.fixture
def task() -> Task:
    return tiny_task(batch_size=10)


@pytest.fixture
def images() -> ImageSet:
    return image_set()


@pytest.fixture
def batches(images: ImageSet) -> Batches:
    return Batches(torch.from_numpy(images.images), torch.from_numpy(images.labels), 10, 2, True)
