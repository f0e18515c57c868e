"""The compact network computes what the masked one does, in fewer MACs, on a narrower feature."""

import copy

import pytest
import torch

from cosplit.backbones.resnet18 import ResNet18
from cosplit.errors import CosplitError
from cosplit.pruning import surgery
from cosplit.pruning.groups import device_groups, feature_group, find_groups
from cosplit.pruning.mask import dropped_entries, masked
from cosplit.pruning.scores import keep_best, l2_norms
from cosplit.pruning.surgery import compact, prune_by_scores

POINTS = ("conv1", "conv3_1", "conv3_x", "conv4_x")


def device_masks(model, point, keep):
    groups = device_groups(model, point)
    return keep_best(l2_norms(model, groups), {group.name: keep for group in groups})


def device_macs(model, point, side=16):
    """Each convolution's filter size times its output positions."""
    macs, position = 0, {}
    device, _ = model.split(point)
    for module in device.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(lambda m, _, out: position.update({m: out[0, 0].numel()}))
    with torch.inference_mode():
        device(torch.zeros(1, 3, side, side))
    for module, positions in position.items():
        macs += module.weight.numel() * positions
    return macs


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("keep", [0.3, 0.6])
def test_compact_equals_masked(random_network, images, point, keep):
    model = random_network(seed=POINTS.index(point))
    masks = device_masks(model, point, keep)
    with torch.inference_mode():
        dense = model(images)
    with masked(model, masks), torch.inference_mode():
        expected = model(images)
        features = model.split(point)[0](images)
    smaller = compact(model, masks)
    kept = masks[feature_group(model, point).name]
    with torch.inference_mode():
        assert torch.allclose(smaller(images), expected, rtol=1e-4, atol=1e-4)
        sent = smaller.split(point)[0](images)
    assert torch.allclose(sent, features[:, kept], rtol=1e-4, atol=1e-4)
    assert not features[:, ~kept].any()
    assert not torch.allclose(dense, expected, rtol=1e-2)


def test_a_masked_shift_left_alive_is_noticed(random_network, images, monkeypatch):
    model = random_network()
    masks = device_masks(model, "conv4_x", 0.5)
    entries = dropped_entries(model, masks)
    without_shift = {name: gone for name, gone in entries.items() if not name.endswith("bias")}
    monkeypatch.setattr("cosplit.pruning.mask.dropped_entries", lambda *_: without_shift)
    with pytest.raises(AssertionError):
        test_compact_equals_masked(lambda seed: model, images, "conv4_x", 0.5)


@pytest.mark.parametrize("point", ["conv3_x", "conv4_x"])
def test_the_feature_sent_is_narrower(random_network, images, point):
    model = random_network()
    smaller = compact(model, device_masks(model, point, 0.5))
    device, server = smaller.split(point)
    with torch.inference_mode():
        feature = device(images)
        assert feature.shape[1] * 2 == model.split(point)[0](images).shape[1]
        assert server(feature).shape == (2, 10)


@pytest.mark.parametrize("point", POINTS)
def test_macs_fall_as_less_is_kept(random_network, point):
    model = random_network()
    macs = [
        device_macs(compact(model, device_masks(model, point, k)), point) for k in (1, 0.7, 0.4)
    ]
    assert macs[0] == device_macs(model, point)
    assert macs[0] > macs[1] > macs[2]


def test_half_of_the_full_network_at_conv4_x_is_the_published_figure():
    model = ResNet18()
    smaller = compact(model, device_masks(model, "conv4_x", 0.5))
    assert round(device_macs(smaller, "conv4_x", side=32) / 1e6, 1) == 105.7


def test_compact_network_is_a_plain_one(random_network):
    model = random_network()
    before = copy.deepcopy(model.state_dict())
    masks = device_masks(model, "conv4_x", 0.5)
    with masked(model, masks):
        smaller = compact(model, masks)
    twin = ResNet18(channels=smaller.channels)
    twin.load_state_dict(smaller.state_dict())
    assert model.state_dict().keys() == before.keys() == twin.state_dict().keys()
    assert model.channels["outs"] == [8, 16, 32, 64]
    assert smaller.channels["outs"] == [4, 8, 16, 64]


def test_pruning_by_scores_of_the_whole_or_of_the_layer_before_the_split(random_network):
    model = random_network()
    scores = l2_norms(model, find_groups(model))
    whole = prune_by_scores(model, scores, 0.5)
    assert whole.channels["outs"] == [4, 8, 16, 32]
    assert whole.channels["inner"] == [4, 4, 8, 8, 16, 16, 32, 32]
    layer = prune_by_scores(model, scores, 0.25, before="conv3_x")
    assert layer.channels["outs"] == [8, 4, 32, 64]
    assert layer.channels["inner"] == model.channels["inner"]


def test_masks_of_another_network_are_refused(random_network):
    model = random_network()
    masks = device_masks(model, "conv4_x", 0.5)
    with pytest.raises(CosplitError, match="mask"):
        surgery.compact(random_network(width=4), masks)
