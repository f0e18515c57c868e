"""A network that several points begin with is made once, and taken from where it is published."""

from pathlib import Path

import pytest
import torch
from torch import nn

from cosplit.artifacts import ArtifactStore
from cosplit.backbones import build_backbone
from cosplit.recipe import Recipe
from cosplit.training.trainer import LocalTrainer

RECIPES = [Recipe(epochs=1, peak_lr=0.1)]


@pytest.fixture
def trainer(trainer: LocalTrainer, tmp_path: Path) -> LocalTrainer:
    """With a base that has been published."""
    store = ArtifactStore(tmp_path / "artifacts")
    store.save_base(trainer.task, build_backbone(trainer.task))
    return again(trainer, tmp_path / "cache")


def again(trainer: LocalTrainer, cache: Path, seed: int = 0) -> LocalTrainer:
    base = cache.parent / "artifacts" / trainer.task.name / "base.safetensors"
    return LocalTrainer(
        trainer.task, trainer.train, trainer.validation, cache, seed, base_file=base, progress=False
    )


def build() -> nn.Linear:
    return nn.Linear(3, 2)


def never() -> nn.Linear:
    raise AssertionError("it is there already")


def made() -> nn.Linear:
    layer = build()
    nn.init.constant_(layer.weight, 1 / 3)
    return layer.train()


def test_it_is_made_once_and_used_as_it_is_stored(trainer: LocalTrainer, tmp_path: Path) -> None:
    first = trainer.shared("net", RECIPES, build, made)
    assert not first.training
    stored = torch.full((2, 3), 1 / 3).bfloat16().float()
    assert torch.equal(first.weight, stored)
    second = again(trainer, tmp_path / "cache").shared("net", RECIPES, build, never)
    assert torch.equal(second.weight, stored)


def test_another_recipe_makes_another(trainer: LocalTrainer) -> None:
    trainer.shared("net", RECIPES, build, made)
    with pytest.raises(AssertionError, match="already"):
        trainer.shared("net", [Recipe(epochs=2, peak_lr=0.1)], build, never)


def test_another_seed_makes_its_own(trainer: LocalTrainer, tmp_path: Path) -> None:
    again(trainer, tmp_path / "cache", seed=1).shared("net", RECIPES, build, made)
    with pytest.raises(AssertionError, match="already"):
        trainer.shared("net", RECIPES, build, never)


@pytest.mark.parametrize("seed", [0, 1])
def test_every_seed_takes_what_lies_beside_the_base(
    trainer: LocalTrainer, tmp_path: Path, seed: int
) -> None:
    trainer.shared("net", RECIPES, build, made)
    file = trainer.shared_file("net", RECIPES)
    file.rename(tmp_path / "artifacts" / trainer.task.name / file.name)
    elsewhere = again(trainer, tmp_path / "other", seed)
    assert elsewhere.shared("net", RECIPES, build, never).weight.any()
