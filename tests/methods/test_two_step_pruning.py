"""What the second step of 2-Step Pruning trains."""

import pytest

from cosplit.backbones import build_backbone
from cosplit.methods.two_step_pruning import touched_units
from cosplit.task import load_task


@pytest.mark.parametrize(
    ("split_point", "touched"),
    [
        ("conv1", ["conv1", "conv2_1", "conv2_2", "conv3_1"]),
        ("conv2_x", ["conv1", "conv2_1", "conv2_2", "conv3_1"]),
        ("conv3_x", ["conv3_1", "conv3_2", "conv4_1"]),
        ("conv4_x", ["conv4_1", "conv4_2", "conv5_1"]),
        ("conv5_x", ["conv5_1", "conv5_2", "head"]),
    ],
)
def test_a_cut_touches_what_writes_and_what_reads_its_channels(split_point, touched):
    network = build_backbone(load_task("cifar10"))
    units = dict(network.units.named_children())
    assert touched_units(network, split_point) == [units[name] for name in touched]
