"""Baselines get the same care: passes, rate, and what of the server may adapt."""

import pytest
from torch import nn

from cosplit import catalogue
from cosplit.backbones import build_backbone
from cosplit.methods._budget import MOST_TRAINED, next_stage, recipe
from cosplit.task import load_task

UNTRAINED = {
    "png": "a lossless file leaves nothing to adapt to",
    "original": "it is the base as it is, around a quantiser",
}


def spent(method, task, point, trainer) -> dict[str, float]:
    """Passes over the training images that fitting `point` costs, by stage."""
    trainer.stages.clear()
    method.fit(task, point, trainer)
    return {stage.key: stage.epochs for stage in trainer.stages}


@pytest.mark.parametrize("name", [n for n in catalogue.method_names() if n not in UNTRAINED])
def test_no_point_spends_more_than_the_budget(name, task, trainer):
    """Nor twice the budget on what several points share."""
    method, budget = catalogue.method(name), task.training.method_epochs
    chains = [spent(method, task, point, trainer) for point in method.points(task)]
    keys = [key for chain in chains for key in chain]
    for chain in chains:
        shared = {key for key in chain if keys.count(key) > 1 or key.startswith("prune")}
        own = sum(epochs for key, epochs in chain.items() if key not in shared)
        assert own <= budget
        assert sum(chain.values()) - own <= 3 * budget
    assert any(chains)


def test_what_is_not_trained_is_known_by_name(task, trainer):
    for name, reason in UNTRAINED.items():
        method = catalogue.method(name)
        assert not spent(method, task, method.points(task)[0], trainer), reason


def test_all_stages_are_of_the_tasks_batch_rate_and_views(task):
    stage = recipe(task, 0.25, rate=2)
    assert stage.epochs == 0.25 * task.training.method_epochs
    assert stage.peak_lr == 2 * task.training.method_lr
    assert stage.batch_size == task.training.batch_size
    assert (stage.views, stage.small_epochs) == (task.training.views, 0)


def test_only_models_of_any_size_see_small_images():
    cifar10 = load_task("cifar10")
    assert recipe(cifar10, 1).small_epochs == 0
    assert recipe(cifar10, 1, any_size=True).small_epochs == round(
        cifar10.training.method_epochs * cifar10.training.small_share
    )


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


@pytest.mark.parametrize("name", ["bottlenet_plus_plus", "three_step"])
def test_the_device_half_trains_only_where_it_is_pruned_and_not_yet_the_classifier(
    name, task, trainer
):
    method = catalogue.method(name)
    firsts = {point.split_point: point for point in reversed(method.points(task))}
    for split_point in ("conv1", "conv3_x", "conv5_x"):
        spent(method, task, firsts[split_point], trainer)
        trained = {part.partition(".")[0] for part in trainer.stages[-1].trained}
        along = name == "three_step" and split_point == "conv3_x"
        assert ("device" in trained) == along
        assert "server" in trained


def test_one_pruned_network_serves_all_split_points_and_the_device(task, trainer):
    three_step, on_device = catalogue.method("three_step"), catalogue.method("on_device")
    network, early = (
        list(spent(on_device, task, point, trainer))
        for point in on_device.points(task)
        if point.settings["keep"] < 1
    )
    assert network == early != []
    for point in three_step.points(task):
        assert list(spent(three_step, task, point, trainer))[: len(network)] == network


def test_codes_of_conv2_and_conv3_begin_on_a_network_that_was_coded_at_conv3(task, trainer):
    method = catalogue.method("three_step")
    points = {p.split_point: p for p in method.points(task)}
    chains = {name: list(spent(method, task, points[name], trainer)) for name in points}
    first = f"three_step-{points['conv3_x'].name}"
    assert chains["conv3_x"][-2:] == [first, f"{first}-again"]
    assert chains["conv2_x"][-2:] == [first, f"three_step-{points['conv2_x'].name}"]
    assert first not in chains["conv1"] + chains["conv4_x"]


def test_joint_and_shorter_codes_take_over_what_the_longest_source_code_trained(task, trainer):
    method = catalogue.method("three_step")
    seen = {}
    for point in method.points(task):
        longest = seen.setdefault(point.split_point, point)
        if point != longest:
            before, own = list(spent(method, task, point, trainer))[-2:]
            assert (before, own) == (f"three_step-{longest.name}", f"three_step-{point.name}")
            assert {part.split(".")[0] for part in trainer.stages[-1].trained} == {"codec"}
    assert len(seen) < len(method.points(task))
