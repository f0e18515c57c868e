"""Schedule, average and normalisation, each by its law."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from cosplit.recipe import Recipe
from cosplit.task import Task
from cosplit.training.average import WeightAverage
from cosplit.training.base import base_recipes
from cosplit.training.optimiser import build_optimiser, one_cycle
from cosplit.training.trainer import LocalTrainer

RECIPE = Recipe(epochs=1, peak_lr=0.1, batch_size=10)


def test_one_cycle_rises_and_falls() -> None:
    rates = [one_cycle(k, 100, 0.4, 0.2) for k in range(100)]
    assert max(rates) == pytest.approx(0.4)
    assert rates.index(max(rates)) == 20
    assert rates[:21] == sorted(rates[:21])
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert rates[0] == pytest.approx(0.04)
    assert rates[-1] == pytest.approx(0.0004)


def test_weight_decay_spares_vectors(network: nn.Module) -> None:
    groups = build_optimiser(network, RECIPE).param_groups
    assert [(g["weight_decay"], {p.ndim for p in g["params"]}) for g in groups] == [
        (RECIPE.weight_decay, {4, 2}),
        (0.0, {1}),
    ]


def test_the_average_averages_weights_and_copies_tables(network: nn.Module) -> None:
    network.register_buffer("table", torch.zeros(3))
    average = WeightAverage(network, 0.9)
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.fill_(1)
    start = average.state["5.weight"].clone()
    average.update(network, 1000)
    assert torch.equal(average.state["table"], torch.ones(3))
    assert average.state["1.num_batches_tracked"] == 1
    assert torch.allclose(average.state["5.weight"], 0.9 * start + 0.1)
    assert torch.allclose(average.state["1.running_mean"], torch.full((4,), 0.1))


def test_a_short_average_forgets_the_first_weights(network: nn.Module) -> None:
    average = WeightAverage(network, 0.999)
    with torch.no_grad():
        network[5].weight.fill_(1)
    for step in range(20):
        average.update(network, step)
    assert torch.allclose(average.state["5.weight"], torch.ones(10, 16), atol=1e-3)


def test_recalibration_finds_the_statistics(trainer: LocalTrainer, network: nn.Module) -> None:
    kept = network[1].momentum
    weights = network[0].weight.clone()
    trainer.recalibrate(network, network)
    images = torch.from_numpy(trainer.train.images)
    with torch.no_grad():
        inner = network[0](images.float() / 255)
    spread = inner.std((0, 2, 3))
    # crops repeat and drop edges: means agree within a part of the spread
    assert ((network[1].running_mean - inner.mean((0, 2, 3))).abs() < 0.15 * spread).all()
    assert ((network[1].running_var.sqrt() / spread - 1).abs() < 0.15).all()
    assert network[1].momentum == kept
    assert torch.equal(network[0].weight, weights)
    assert not any(m.training for m in network.modules())


def test_validation_accuracy_counts_right_answers(trainer: LocalTrainer) -> None:
    def predict(images: torch.Tensor) -> torch.Tensor:
        label = (images.float().mean((1, 2, 3)) / 25).floor().long()
        label[::2] += 1  # every second answer is wrong
        return functional.one_hot(label, 11).float()

    assert trainer.validation_accuracy(predict) == 0.5


def test_calibration_images_are_the_training_images(trainer: LocalTrainer) -> None:
    some, more = trainer.training_images(5), trainer.training_images(9)
    assert torch.equal(some, more[:5])
    whole = {x.tobytes() for x in trainer.train.images}
    assert {x.numpy().tobytes() for x in more} <= whole


def test_the_base_follows_the_tasks_cycles(task: Task) -> None:
    (recipe,) = base_recipes(task)
    (cycle,) = task.training.base_cycles
    assert (recipe.epochs, recipe.peak_lr, recipe.ema) == (cycle.epochs, cycle.peak_lr, cycle.ema)
    assert recipe.batch_size == task.training.batch_size
