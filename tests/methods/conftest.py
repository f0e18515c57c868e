"""A digits task small enough to fit every method on, and a trainer that only takes notes."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import torch

from cosplit.backbones import build_backbone
from cosplit.method import Batch
from cosplit.seeds import seeded, torch_generator
from cosplit.task import Task, load_task

torch.set_num_threads(1)  # on tensors this small threads only wait for each other


@dataclass
class Noted:
    """What a stage was asked for."""

    key: str
    epochs: float
    peak_lr: float
    trained: frozenset[str]


@dataclass
class NotingTrainer:
    """The Trainer protocol without training: one step forward and back, on random images."""

    task: Task
    accuracy: Callable[[int], float] = lambda asked: 0.99
    seed: int = 0
    stages: list[Noted] = field(default_factory=list)
    asked: int = 0

    def base(self):
        with seeded(self.seed, "base"):
            return build_backbone(self.task).eval()

    def teacher(self):
        return lambda batch: self.base()(batch.images)

    def shared(self, key, recipes, build, make):
        made = make()
        assert [t.shape for t in build().state_dict().values()] == [
            t.shape for t in made.state_dict().values()
        ]
        return made

    def stage(self, key, model, recipe, loss, after_step=None):
        trained = frozenset(n for n, p in model.named_parameters() if p.requires_grad)
        self.stages.append(Noted(key, recipe.epochs, recipe.peak_lr, trained))
        labels = torch.arange(8) % self.task.data.classes
        batch = Batch(self.training_images(8), labels, torch.arange(8))
        loss(model, batch, torch_generator(0, key)).backward()
        assert all(p.grad is not None for n, p in model.named_parameters() if n in trained)
        if after_step:
            after_step()
        return model.eval()

    def base_accuracy(self):
        return self.validation_accuracy(self.base())

    def validation_accuracy(self, predict):
        self.asked += 1
        assert predict(self.training_images(2)).shape == (2, self.task.data.classes)
        return self.accuracy(self.asked)

    def training_images(self, n):
        size = (n, *self.task.data.shape)
        return torch.randint(256, size, generator=torch_generator(1), dtype=torch.uint8)

    def recalibrate(self, model, forward):
        forward(self.training_images(8))


@pytest.fixture
def task() -> Task:
    """Digits at width 8."""
    whole = load_task("digits")
    return whole.model_copy(update={"backbone": whole.backbone.model_copy(update={"width": 8})})


@pytest.fixture
def trainer(task: Task) -> NotingTrainer:
    """Everything is 99 % right."""
    return NotingTrainer(task)
