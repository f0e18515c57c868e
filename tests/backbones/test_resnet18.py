"""The network's size against the published table, its split points, and its conversions."""

import pytest
import torch
from torch import nn
from torchvision.models import resnet18

from cosplit.backbones.resnet18 import ResNet18, from_torchvision
from cosplit.errors import CosplitError

MACS = {
    "input": 0,
    "conv1": 1_769_472,
    "conv2_1": 77_266_944,
    "conv2_x": 152_764_416,
    "conv3_1": 211_484_672,
    "conv3_x": 286_982_144,
    "conv4_1": 345_702_400,
    "conv4_x": 421_199_872,
    "conv5_1": 479_920_128,
    "conv5_x": 555_417_600,
}
PARAMS = {
    "input": 0,
    "conv1": 1_856,
    "conv2_x": 149_824,
    "conv3_x": 675_392,
    "conv4_x": 2_775_104,
    "conv5_x": 11_168_832,
}
SHAPES = {
    "input": (3, 32, 32),
    "conv1": (64, 32, 32),
    "conv2_x": (64, 32, 32),
    "conv3_1": (128, 16, 16),
    "conv3_x": (128, 16, 16),
    "conv4_x": (256, 8, 8),
    "conv5_x": (512, 4, 4),
}
STAGE_ENDS = ("conv1", "conv2_x", "conv3_x", "conv4_x")


def hook_macs(module: nn.Module, image: torch.Tensor) -> int:
    """Convolutions and linear layers, counted from each layer's own output."""
    total = 0

    def count(layer: nn.Module, _: object, out: torch.Tensor) -> None:
        nonlocal total
        total += out.numel() * layer.weight[0].numel()

    layers = [m for m in module.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    handles = [layer.register_forward_hook(count) for layer in layers]
    with torch.inference_mode():
        module(image)
    for handle in handles:
        handle.remove()
    return total


def scaled(share: float) -> dict[str, list[int]]:
    outs = [int(share * out) for out in (64, 128, 256, 512)]
    return {"outs": outs, "inner": [out for out in outs for _ in range(2)]}


@pytest.fixture(scope="module")
def full() -> ResNet18:
    return ResNet18().eval()


@pytest.fixture(scope="module")
def image() -> torch.Tensor:
    return torch.zeros(1, 3, 32, 32, dtype=torch.uint8)


@pytest.mark.parametrize("point", MACS)
def test_macs_of_device_half_equal_the_table(full, image, point):
    device, server = full.split(point)
    assert hook_macs(device, image) == MACS[point]
    assert hook_macs(server, device(image)) == 555_422_720 - MACS[point]


@pytest.mark.parametrize("point", PARAMS)
def test_params_equal_the_table(full, point):
    device, server = full.split(point)
    assert sum(p.numel() for p in device.parameters()) == PARAMS[point]
    assert sum(p.numel() for p in server.parameters()) == 11_173_962 - PARAMS[point]


@pytest.mark.parametrize("point", SHAPES)
def test_feature_shapes(full, image, point):
    device, _ = full.split(point)
    assert tuple(device(image).shape[1:]) == SHAPES[point] == full.feature_shape(point, (3, 32, 32))


@pytest.mark.parametrize(
    ("share", "millions"), [(0.5, (0.9, 38.6, 72.2, 105.7)), (0.25, (0.4, 9.9, 18.3, 26.7))]
)
def test_macs_of_pruned_widths_equal_the_table(image, share, millions):
    model = ResNet18(channels=scaled(share)).eval()
    counted = [hook_macs(model.split(point)[0], image) / 1e6 for point in STAGE_ENDS]
    assert [round(c, 1) for c in counted] == list(millions)


@pytest.mark.parametrize("point", ResNet18.split_points())
@pytest.mark.parametrize("side", [8, 9, 16])
def test_halves_compose_to_the_whole(point, side):
    model = ResNet18(width=4, classes=7).eval()
    images = torch.randint(0, 256, (2, 3, side, side), dtype=torch.uint8)
    device, server = model.split(point)
    feature = device(images)
    assert tuple(feature.shape[1:]) == model.feature_shape(point, (3, side, side))
    assert torch.equal(server(feature), model(images))
    assert model(images).shape == (2, 7)
    assert all(name.split(".")[0].startswith(("conv", "head")) for name in server.state_dict())


def test_at_input_the_device_does_nothing():
    device, server = ResNet18(width=4).split("input")
    assert isinstance(device, nn.Identity)
    assert next(iter(dict(server.named_children()))) == "normalise"


def test_bytes_and_floats_are_normalised_alike():
    normalise = ResNet18(width=4).units.normalise
    images = torch.arange(256, dtype=torch.uint8).repeat(3).view(1, 3, 16, 16)
    out = normalise(images)
    assert torch.equal(out, normalise(images.float()))
    assert out[0, :, -1, -1].tolist() == pytest.approx(
        [0.5086 / 0.247, 0.5178 / 0.2435, 0.5535 / 0.2616]
    )
    assert not list(normalise.parameters())
    assert not normalise.state_dict()


def test_channels_rebuild_a_network_of_uneven_widths():
    channels = {"outs": [3, 5, 7, 9], "inner": [1, 2, 3, 4, 5, 6, 7, 8]}
    model = ResNet18(classes=4, channels=channels)
    assert model.channels == channels
    twin = ResNet18(width=99, classes=model.classes, channels=model.channels)
    twin.load_state_dict(model.state_dict())


def test_torchvision_weights_give_torchvision_logits():
    theirs = resnet18(num_classes=10)
    theirs.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    theirs.maxpool = nn.Identity()
    ours = ResNet18()
    ours.load_state_dict(from_torchvision(theirs.state_dict()))
    images = torch.randint(0, 256, (2, 3, 16, 16), dtype=torch.uint8)
    ours.eval(), theirs.eval()
    assert torch.allclose(ours(images), theirs(ours.units.normalise(images)), atol=1e-5)


def test_unknown_split_point_names_the_nearest():
    with pytest.raises(CosplitError, match=r"unknown split point 'conv4'; did you mean 'conv4_"):
        ResNet18(width=4).split("conv4")


def test_wrong_channels_are_refused():
    with pytest.raises(CosplitError, match="4 'outs' and 8 'inner'"):
        ResNet18(channels={"outs": [8, 8], "inner": [8] * 8})
