"""Channels that a residual sum couples are one group."""

import pytest

from cosplit.backbones.resnet18 import ResNet18
from cosplit.errors import CosplitError
from cosplit.pruning.groups import device_groups, feature_group, find_groups


@pytest.fixture(scope="module")
def model() -> ResNet18:
    return ResNet18(width=4)


def short(names: tuple[str, ...]) -> list[str]:
    return [name.removeprefix("units.") for name in names]


def test_every_filter_is_in_one_group_and_every_reader_but_the_stem_in_one(model):
    groups = find_groups(model)
    filters = [name for group in groups for name in group.filters]
    readers = [name for group in groups for name in group.consumers]
    convs = [n for n, m in model.named_modules() if type(m).__name__ == "Conv2d"]
    assert sorted(filters) == sorted(convs)
    assert sorted(readers) == sorted([*convs, "units.head.fc"])[1:]
    assert len(groups) == 4 + 8


def test_coupled_group_holds_sum_shortcut_and_readers(model):
    group = feature_group(model, "conv4_x")
    assert group.width == 16
    assert short(group.filters) == ["conv4_1.conv2", "conv4_1.shortcut.conv", "conv4_2.conv2"]
    assert short(group.norms) == ["conv4_1.bn2", "conv4_1.shortcut.bn", "conv4_2.bn2"]
    assert short(group.consumers) == ["conv4_2.conv1", "conv5_1.conv1", "conv5_1.shortcut.conv"]
    assert group.name == "units.conv4_2.conv2"


def test_stem_is_coupled_with_the_stage_after_it(model):
    group = feature_group(model, "conv1")
    assert short(group.filters) == ["conv1.conv", "conv2_1.conv2", "conv2_2.conv2"]
    assert feature_group(model, "conv2_1") == group == feature_group(model, "conv2_x")


@pytest.mark.parametrize(("point", "n"), [("conv1", 1), ("conv2_x", 3), ("conv3_1", 5)])
def test_device_groups(model, point, n):
    groups = device_groups(model, point)
    assert len(groups) == n
    assert feature_group(model, point) in groups


def test_nothing_to_prune_at_the_input(model):
    with pytest.raises(CosplitError, match="nothing to prune before split point 'input'"):
        device_groups(model, "input")
