"""What the paper promises of the encoding, on the sizes of CIFAR-10."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from cosplit.methods.three_step import ThreeStep
from cosplit.task import load_task

CIFAR10 = load_task("cifar10")
HALF = {
    "outs": [32, 64, 128, 256],
    "inner": [32, 32, 64, 64, 128, 128, 256, 256],
}
ONE_PER_CENT = 5.55e6
BITS_AT_MOST = {"conv1": 4096, "conv2_x": 2048, "conv3_x": 512, "conv4_x": 16, "conv5_x": 8}
POINTS = ThreeStep().points(CIFAR10)


@pytest.mark.parametrize("point", POINTS, ids=lambda p: p.name)
def test_encoder_and_decoder_cost_under_one_per_cent_of_the_network(point):
    model = ThreeStep().build(CIFAR10, point, {"channels": HALF})
    feature = torch.rand(1, *model.codec.shape)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.codec(feature)
    assert 0 < counter.get_total_flops() / 2 < ONE_PER_CENT


def test_source_codes_keep_the_budgets_of_bits():
    codes = {p.split_point: p for p in POINTS if p.settings["code"] == "vq"}
    assert set(codes) == set(BITS_AT_MOST)
    for name, point in codes.items():
        model = ThreeStep().build(CIFAR10, point, {"channels": HALF})
        assert model.codec.max_bits == point.settings["bits"] <= BITS_AT_MOST[name]


def test_jscc_is_trained_over_the_whole_grid(task, trainer, monkeypatch):
    heard = []
    monkeypatch.setattr(
        "cosplit.methods.three_step.distil",
        lambda train, key, model, share, channels: heard.append([c.name for c in channels]),
    )
    for point in ThreeStep().points(task):
        if "uses" in point.settings:
            ThreeStep().fit(task, point, trainer)
    assert heard == [
        ["awgn0", "awgn5", "awgn10", "awgn15", "awgn20"],
        ["bsc0.01", "bsc0.05", "bsc0.1", "bsc0.2"],
    ]
