"""The original network of a task, trained from scratch by the cycles its TOML lists."""

from torch import nn

from cosplit.backbones import build_backbone
from cosplit.method import Trainer
from cosplit.recipe import Recipe
from cosplit.seeds import seeded
from cosplit.task import Task
from cosplit.training.losses import cross_entropy


def base_recipes(task: Task) -> list[Recipe]:
    """One recipe a cycle; each begins on the averaged weights of the one before."""
    return [
        Recipe(
            epochs=cycle.epochs,
            peak_lr=cycle.peak_lr,
            batch_size=task.training.batch_size,
            warm_up=cycle.warm_up,
            ema=cycle.ema,
            small_epochs=cycle.small_epochs,
            erase=cycle.erase,
        )
        for cycle in task.training.base_cycles
    ]


def train_base(trainer: Trainer) -> nn.Module:
    """The network of the task after all its cycles, in evaluation mode."""
    with seeded(trainer.seed, "base"):
        model: nn.Module = build_backbone(trainer.task)
    for number, recipe in enumerate(base_recipes(trainer.task), 1):
        model = trainer.stage(f"base-{number}", model, recipe, cross_entropy(recipe))
    return model
