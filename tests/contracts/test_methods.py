"""The laws of a method, on every one the catalogue finds: nobody has to be told of a newcomer."""

import json
import sys

import numpy as np
import pytest
import torch

from cosplit import catalogue, data
from cosplit.channels.awgn import Awgn
from cosplit.channels.bsc import Bsc
from cosplit.errors import CosplitError
from cosplit.point import OperatingPoint
from cosplit.task import Task, load_task
from cosplit.training.trainer import LocalTrainer

torch.set_num_threads(1)  # on tensors this small threads only wait for each other

DIGITS = load_task("digits")
CASES = [(name, point) for name, m in catalogue.methods().items() for point in m.points(DIGITS)]
IDS = [f"{name}-{point.name}" for name, point in CASES]
EACH_POINT = pytest.mark.parametrize(("name", "point"), CASES, ids=IDS)
EACH_METHOD = pytest.mark.parametrize("method", catalogue.methods().values(), ids=lambda m: m.name)


@pytest.fixture(scope="module")
def task() -> Task:
    """Digits at width 4, one short cycle for the base and one pass for methods."""
    cycle = DIGITS.training.base_cycles[0].model_copy(update={"epochs": 1.0})
    changes = {"method_epochs": 1, "base_cycles": (cycle,)}
    return DIGITS.model_copy(
        update={
            "training": DIGITS.training.model_copy(update=changes),
            "backbone": DIGITS.backbone.model_copy(update={"width": 4}),
        }
    )


@pytest.fixture(scope="module")
def trainer(task: Task, tmp_path_factory) -> LocalTrainer:
    """One for all methods, so that what they share is trained once."""
    sets = {part: data.load(task, part) for part in ("train", "validation")}
    train, validation = (images.take(np.arange(100)) for images in sets.values())
    cache = tmp_path_factory.mktemp("cache")
    return LocalTrainer(task, train, validation, cache, progress=False)


@pytest.fixture
def poisoned(monkeypatch):
    """Whoever loads images, by whatever name, is stopped; the trainer was given its own."""

    def refuse(source):
        raise AssertionError("fitting asked for images of its own")

    monkeypatch.setattr(sys.modules["cosplit.data.load"], "find_source", refuse)


@EACH_METHOD
def test_points_are_few_unique_and_plain_data(method):
    points = list(method.points(DIGITS))
    assert 1 <= len(points) <= 12
    assert len({point.name for point in points}) == len(points)
    assert points == list(method.points(DIGITS))
    for point in points:
        assert OperatingPoint.from_json(json.loads(json.dumps(point.to_json()))) == point
        with pytest.raises(TypeError):
            point.settings["new"] = 1


@EACH_METHOD
def test_a_method_says_who_made_it(method):
    assert method.title
    assert method.authors
    assert method.source
    assert method.share_rule in {"compressed", "uncompressed"}


@EACH_METHOD
def test_a_split_point_the_network_lacks_is_named_with_the_nearest(method):
    backbone = DIGITS.backbone.model_copy(update={"split_points": ("input", "conv4")})
    broken = DIGITS.model_copy(update={"backbone": backbone})
    with pytest.raises(CosplitError, match="unknown split point 'conv4'; did you mean 'conv4_"):
        method.points(broken)


@EACH_METHOD
def test_points_follow_the_tasks_split_points(method):
    backbone = DIGITS.backbone.model_copy(update={"split_points": ("conv3_x",)})
    fewer = DIGITS.model_copy(update={"backbone": backbone})
    assert {p.split_point for p in method.points(fewer)} <= {"conv3_x", "whole"}


@EACH_POINT
def test_a_fitted_model_is_rebuilt_from_point_and_config(name, point, task, trainer, poisoned):
    method = catalogue.method(name)
    fitted = method.fit(task, point, trainer)
    config = json.loads(json.dumps(fitted.config))
    rebuilt = method.build(task, point, config).eval()
    assert rebuilt.config == config
    rebuilt.load_state_dict(fitted.state_dict(), strict=True)
    images = torch.from_numpy(trainer.validation.images[:20])
    with torch.inference_mode():
        assert torch.equal(rebuilt(images), fitted(images))
        messages = fitted.codec.encode(fitted.device(images))
        assert rebuilt.codec.encode(rebuilt.device(images)) == messages
        logits = rebuilt.server(rebuilt.codec.decode(messages))
    assert logits.shape == (20, task.data.classes)
    assert logits.isfinite().all()


@EACH_POINT
def test_only_the_input_costs_the_device_nothing(name, point, task):
    method = catalogue.method(name)
    config = {"channels": None, "bits": 1, "quality": 50, "tuned": False}
    device = method.build(task, point, config).device
    weights = sum(p.numel() for p in device.parameters())
    assert (weights == 0) == (point.split_point == "input")


@EACH_METHOD
def test_bits_are_charged_capacity_over_any_channel(method):
    for point in method.points(DIGITS):
        if not str(point.settings.get("code", "")).startswith("jscc"):
            assert method.declines(DIGITS, Awgn(10.0), point) is None
            assert method.declines(DIGITS, Bsc(0.1), point) is None


def test_jscc_runs_over_its_own_kind_of_channel_only():
    method = catalogue.method("three_step")
    points = {p.settings["code"]: p for p in method.points(DIGITS) if "uses" in p.settings}
    channels = {"jscc_awgn": Awgn(10.0), "jscc_bsc": Bsc(0.1)}
    assert set(points) == set(channels)
    for code, point in points.items():
        for kind, channel in channels.items():
            reason = method.declines(DIGITS, channel, point)
            assert (reason is None) == (kind == code)
            assert kind == code or channel.name in reason
        assert method.declines(DIGITS, catalogue.channel("noiseless"), point)


def test_the_poison_works(poisoned):
    with pytest.raises(AssertionError, match="asked for images"):
        data.load(DIGITS, "test")
