"""A plan lists the stages that training will make, each once, and those that are made as done."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from torch import nn

from cosplit.recipe import Recipe
from cosplit.tensorfile import state_digest
from cosplit.training.losses import cross_entropy
from cosplit.training.plan import Planned, Planner
from cosplit.training.trainer import LocalTrainer

RECIPE = Recipe(epochs=2, peak_lr=0.1, batch_size=10)


@pytest.fixture
def told() -> list[Planned]:
    return []


def planner(trainer: LocalTrainer, told: list[Planned]) -> Planner:
    """Its clock is a second later whenever it is read: a step of 32 images takes 1 s."""
    seconds: Iterator[int] = count()
    return Planner(trainer, told.append, lambda: next(seconds))


def ask(trainer: LocalTrainer | Planner, network: nn.Module, key: str, recipe=RECIPE) -> nn.Module:
    return trainer.stage(key, network, recipe, cross_entropy(recipe))


def test_a_stage_takes_its_epochs_times_the_images(trainer, network, told) -> None:
    ask(planner(trainer, told), network, "one")
    assert told == [Planned("one", 2, 2 * 40 / 32)]


def test_small_epochs_are_shorter(trainer, network, told) -> None:
    ask(planner(trainer, told), network, "one", replace(RECIPE, small_epochs=1))
    assert told[0].seconds == pytest.approx((1 + 0.75**2) * 40 / 32)


def test_a_plan_trains_nothing(trainer, network, told, tmp_path: Path) -> None:
    before = state_digest(network.state_dict())
    planned = ask(planner(trainer, told), network, "one")
    assert planned is network
    assert not planned.training
    assert state_digest(planned.state_dict()) == before
    assert all(parameter.grad is None for parameter in planned.parameters())
    assert list(tmp_path.iterdir()) == []


def test_what_two_points_share_is_told_once(trainer, network, told) -> None:
    plan = planner(trainer, told)
    for key in ("shared", "one", "shared", "two"):
        ask(plan, network, key)
    assert [stage.key for stage in told] == ["shared", "one", "two"]


def test_a_stage_made_before_is_done_whatever_weights_it_began_on(trainer, network, told) -> None:
    ask(trainer, network, "a/b")
    ask(planner(trainer, told), network, "a/b")
    assert told == [Planned("a/b", 2, None)]


@pytest.mark.parametrize("change", ["recipe", "key", "base", "seed", "data"])
def test_a_stage_of_another_origin_is_not_done(
    trainer, network, told, tmp_path: Path, change: str
) -> None:
    ask(trainer, network, "one")
    if change == "base":
        trainer.base_file = tmp_path / "base"
        trainer.base_file.write_bytes(b"another")
    elif change == "seed":
        trainer.seed = 1
    elif change == "data":
        trainer.train = trainer.validation
    recipe = replace(RECIPE, peak_lr=0.2) if change == "recipe" else RECIPE
    ask(planner(trainer, told), network, "on" if change == "key" else "one", recipe)
    assert told[0].seconds is not None


def test_a_base_that_is_to_be_trained_is_planned(trainer, told) -> None:
    plan = planner(trainer, told)
    assert plan.base() is not plan.base()
    assert [stage.key for stage in told] == ["base-1"]
    assert told[0].epochs == trainer.task.training.base_cycles[0].epochs
