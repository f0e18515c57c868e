"""Baselines get the same care: passes, rate, and what of the server may adapt."""

import pytest
from torch import nn

from cosplit import catalogue
from cosplit.backbones import build_backbone
from cosplit.methods._budget import MOST_TRAINED, next_stage, recipe
from cosplit.task import load_task

UNTRAINED = {
    "png": "a lossless file leaves nothing to adapt to",
    "on_device": "the full network is the base itself",
}


def spent(method, task, point, trainer) -> float:
    """Passes over the training images that fitting `point` costs."""
    trainer.stages.clear()
    method.fit(task, point, trainer)
    return sum(stage.epochs for stage in trainer.stages)


def budget_points(method, task):
    """What is held to the budget: one point where there is none at conv4_x."""
    points = method.points(task)
    points = [p for p in points if p.split_point == "conv4_x"] or points
    return [p for p in points if method.name != "on_device" or p.settings["keep"] < 1]


@pytest.mark.parametrize("name", [n for n in catalogue.method_names() if n != "png"])
def test_every_method_spends_the_budget(name, task, trainer):
    method = catalogue.method(name)
    points = budget_points(method, task)
    assert points
    for point in points:
        passes = spent(method, task, point, trainer)
        assert passes == pytest.approx(task.training.method_epochs, rel=0.05), point.name
        assert {stage.peak_lr for stage in trainer.stages} == {task.training.method_lr}


def test_what_is_not_trained_is_known_by_name(task, trainer):
    for name, reason in UNTRAINED.items():
        method = catalogue.method(name)
        assert spent(method, task, method.points(task)[0], trainer) == 0, reason


def test_all_stages_are_of_the_tasks_batch_and_rate(task):
    stage = recipe(task, 0.25)
    assert stage.epochs == 0.25 * task.training.method_epochs
    assert stage.batch_size == task.training.batch_size


@pytest.mark.parametrize(
    ("split_point", "trained"),
    [
        ("conv1", ["conv2_1", "conv2_2"]),
        ("conv2_1", ["conv2_2"]),
        ("conv3_x", ["conv4_1", "conv4_2"]),
        ("conv4_x", ["conv5_1"]),
        ("conv5_x", ["head"]),
    ],
)
def test_the_next_stage_trains_and_stays_small(split_point, trained):
    network = build_backbone(load_task("cifar10"))
    _, server = network.split(split_point)
    chosen = next_stage(server)
    assert list(chosen) == [getattr(server, name) for name in trained]
    assert sum(p.numel() for p in chosen.parameters()) <= MOST_TRAINED


def test_one_unit_at_least_trains():
    server = nn.Sequential(nn.Identity(), nn.Linear(4, 4))
    assert list(next_stage(server, most=1)) == [server[1]]


@pytest.mark.parametrize("name", ["original", "bottlenet_plus_plus", "three_step"])
def test_the_device_half_trains_only_where_it_is_the_classifier(name, task, trainer):
    method = catalogue.method(name)
    for point in method.points(task):
        if point.split_point in {"conv3_x", "conv5_x"}:
            spent(method, task, point, trainer)
            trained = {part.partition(".")[0] for part in trainer.stages[-1].trained}
            along = name == "three_step" and point.split_point == "conv5_x"
            assert ("device" in trained) == along
            assert "server" in trained


def test_one_pruned_network_serves_all_split_points_and_the_device(task, trainer):
    chains = []
    for name in ("three_step", "on_device"):
        method = catalogue.method(name)
        for point in method.points(task)[-2:]:
            spent(method, task, point, trainer)
            chains.append([stage.key for stage in trainer.stages])
    pruned = [chain[:-1] for chain in chains if chain]
    assert len(pruned) == 3
    assert all(chain == pruned[0] for chain in pruned)
    assert len({chain[-1] for chain in chains if chain}) == 3
