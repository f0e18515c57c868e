"""What the paper promises of the encoding, on the sizes of CIFAR-10."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from cosplit.measure.cost import model_cost
from cosplit.methods.three_step import ThreeStep
from cosplit.task import load_task

CIFAR10 = load_task("cifar10")
PRUNED = {
    "outs": [32, 64, 128, 256],
    "inner": [48, 48, 96, 96, 192, 192, 384, 384],
}
ONE_PER_CENT = 5.55e6
DEVICE_MACS_AT_MOST = {
    "conv1": 7.3e6,
    "conv2_x": 60e6,
    "conv3_x": 110e6,
    "conv4_x": 165e6,
    "conv5_x": 210e6,
}
BITS_AT_MOST = {"conv1": 4096, "conv2_x": 2048, "conv3_x": 512, "conv4_x": 16, "conv5_x": 8}
POINTS = ThreeStep().points(CIFAR10)


@pytest.mark.parametrize("point", POINTS, ids=lambda p: p.name)
def test_encoder_and_decoder_cost_under_one_per_cent_of_the_network(point):
    model = ThreeStep().build(CIFAR10, point, {"channels": PRUNED})
    feature = torch.rand(1, *model.codec.shape)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.codec(feature)
    assert 0 < counter.get_total_flops() / 2 < ONE_PER_CENT


def test_points_keep_the_budgets_of_bits_and_computing():
    codes = [p for p in POINTS if "bits" in p.settings]
    assert {p.split_point for p in codes} == set(BITS_AT_MOST)
    image = torch.zeros(1, *CIFAR10.data.shape, dtype=torch.uint8)
    for point in codes:
        name = point.split_point
        model = ThreeStep().build(CIFAR10, point, {"channels": PRUNED})
        assert point.settings["bits"] <= BITS_AT_MOST[name]
        fixed_length = point.settings["code"] != "transform"
        assert not fixed_length or model.codec.max_bits == point.settings["bits"]
        assert model_cost(model, image).device_macs <= DEVICE_MACS_AT_MOST[name]


def test_jscc_is_trained_over_the_whole_grid(task, trainer, monkeypatch):
    heard = []
    monkeypatch.setattr(
        "cosplit.methods.three_step.distil",
        lambda train, key, model, stage, channels: (
            heard.append([c.name for c in channels]) or model
        ),
    )
    for point in ThreeStep().points(task):
        if "uses" in point.settings:
            ThreeStep().fit(task, point, trainer)
    awgn = ["awgn0", "awgn5", "awgn10", "awgn15", "awgn20"]
    bsc = ["bsc0.01", "bsc0.05", "bsc0.1", "bsc0.2"]
    assert [names for names in heard if names != ["noiseless"]] == [awgn, awgn, bsc, bsc]


def test_a_shorter_code_keeps_the_halves_of_the_longer(task, trainer):
    longer, shorter = (p for p in ThreeStep().points(task) if p.split_point == "conv5_x")
    assert longer.settings["bits"] > shorter.settings["bits"]
    one, other = (ThreeStep().fit(task, p, trainer) for p in (longer, shorter))
    assert other.codec.max_bits == shorter.settings["bits"]
    for half in ("device", "server"):
        state = getattr(other, half).state_dict()
        for name, tensor in getattr(one, half).state_dict().items():
            assert torch.equal(state[name], tensor), name


@pytest.mark.parametrize("split_point", ["conv2_x", "conv3_x"])
def test_the_largest_stage_is_trained_with_the_first_code_alone(task, trainer, split_point):
    point = next(p for p in ThreeStep().points(task) if p.split_point == split_point)
    ThreeStep().fit(task, point, trainer)
    trained = [any("conv5" in name for name in stage.trained) for stage in trainer.stages[-2:]]
    assert trained == [True, False]
