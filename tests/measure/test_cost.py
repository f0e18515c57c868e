"""MACs counted where operations are dispatched equal those counted layer by layer."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cosplit.backbones.resnet18 import ResNet18
from cosplit.codec import Codec
from cosplit.errors import CosplitError
from cosplit.measure import macs
from cosplit.measure.cost import count_macs, model_cost
from cosplit.message import Bits
from cosplit.split import SplitModel

IMAGE = torch.zeros(1, 3, 16, 16, dtype=torch.uint8)


def hook_macs(module: nn.Module, x: torch.Tensor) -> int:
    """Convolutions and linear layers, from each layer's own output and filters."""
    total = 0

    def count(layer: nn.Module, ins: object, out: torch.Tensor) -> None:
        nonlocal total
        transposed = isinstance(layer, nn.ConvTranspose2d)
        total += (ins[0] if transposed else out).numel() * layer.weight[0].numel()

    kinds = nn.Conv2d | nn.Linear | nn.ConvTranspose2d
    handles = [m.register_forward_hook(count) for m in module.modules() if isinstance(m, kinds)]
    with torch.inference_mode():
        module(x)
    for handle in handles:
        handle.remove()
    return total


class Search(Codec):
    """Sends the nearest of 2^8 codewords of a pooled feature; the decoder looks it up."""

    max_bits = 8

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.register_buffer("codebook", torch.randn(256, channels))
        self.decoder = nn.Linear(256, channels)
        self.shape = (channels, 4, 4)

    @classmethod
    def examples(cls):
        return []

    def forward(self, feature, channel=None, noise=None):
        return feature

    def encode(self, feature, level=None):
        pooled = feature.float().mean((2, 3))
        nearest = torch.cdist(pooled, self.encoder.codebook).argmin(1)
        return [Bits(bytes([code]), 8) for code in nearest.tolist()]

    def decode(self, received, level=None):
        codes = torch.tensor([message.data[0] for message in received])
        out = self.decoder(F.one_hot(codes, 256).float())
        return out[:, :, None, None].expand(-1, *self.shape)


def split_model(point: str) -> SplitModel:
    network = ResNet18(width=4)
    device, server = network.split(point)
    channels = network.feature_shape(point, (3, 16, 16))[0]
    return SplitModel(device, Search(channels), server, {})


@pytest.mark.parametrize("point", ResNet18.split_points())
def test_cost_equals_an_independent_count(point):
    model = split_model(point)
    cost = model_cost(model, IMAGE)
    device = hook_macs(model.device, IMAGE)
    channels = model.codec.shape[0]
    assert cost.encoder_macs == 256 * channels == cost.decoder_macs
    assert cost.device_macs == device + cost.encoder_macs
    assert cost.server_macs == cost.decoder_macs + hook_macs(
        model.server, model.codec.decode([Bits(b"a", 8)])
    )
    assert cost.device_flops == 2 * cost.device_macs
    assert (device == 0) == (point == "input")
    learned = sum(p.numel() for p in model.device.parameters())
    assert cost.device_params == learned + 256 * channels
    assert cost.server_params == sum(
        p.numel() for half in (model.server, model.codec.decoder) for p in half.parameters()
    )


@pytest.mark.parametrize("point", ["conv1", "conv4_x"])
def test_full_network_equals_the_published_table(point):
    table = {"conv1": (1_769_472, 1_856), "conv4_x": (421_199_872, 2_775_104)}
    device, _ = ResNet18().eval().split(point)
    image = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    params = sum(p.numel() for p in device.parameters())
    assert (count_macs(device, image), params) == table[point]


@settings(max_examples=20, deadline=None)
@given(
    widths=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    kernel=st.sampled_from([1, 3]),
    stride=st.integers(1, 2),
    transposed=st.booleans(),
)
def test_random_networks(widths, kernel, stride, transposed):
    ins, layers = 2, []
    for width in widths:
        kind = nn.ConvTranspose2d if transposed else nn.Conv2d
        layers += [kind(ins, 2 * width, kernel, stride, groups=2), nn.BatchNorm2d(2 * width)]
        layers += [nn.ReLU(), nn.MaxPool2d(1)]
        ins = 2 * width
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(ins, 3)).eval()
    x = torch.zeros(1, 2, 32, 32)
    assert count_macs(net, x) == hook_macs(net, x) > 0


v, w = torch.randn(7), torch.randn(7)
a, b, codes = torch.randn(5, 7), torch.randn(7, 3), torch.randn(11, 7)
batch = torch.randn(2, 5, 7)
PRODUCTS = {
    "mv": (lambda: a @ v, 35),
    "dot": (lambda: v @ w, 7),
    "addmv": (lambda: torch.addmv(torch.zeros(5), a, v), 35),
    "outer": (lambda: torch.outer(v, w), 49),
    "addr": (lambda: torch.addr(torch.zeros(7, 7), v, w), 49),
    "mm": (lambda: a @ b, 105),
    "linear": (lambda: F.linear(a, codes), 385),
    "vector_linear": (lambda: F.linear(v, codes, torch.zeros(11)), 77),
    "bmm": (lambda: batch @ batch.mT, 350),
    "baddbmm": (lambda: torch.baddbmm(torch.zeros(2, 5, 5), batch, batch.mT), 350),
    "addbmm": (lambda: torch.addbmm(torch.zeros(5, 5), batch, batch.mT), 350),
    "einsum": (lambda: torch.einsum("id,kd->ik", a, codes), 385),
    "cdist": (lambda: torch.cdist(a, codes), 385),
    "cdist_without_products": (
        lambda: torch.cdist(a, codes, compute_mode="donot_use_mm_for_euclid_dist"),
        385,
    ),
    "batched_cdist": (lambda: torch.cdist(batch, codes), 770),
    "differences": (lambda: (a[:, None] - codes).square().sum(-1).argmin(1), 385),
    "one_image_products": (lambda: (codes * v).sum(1), 77),
    "one_image_differences": (lambda: (v - codes).square().sum(1).argmin(), 77),
    "expanded_differences": (
        lambda: a[:, None].expand(5, 11, 7) - codes.expand(5, 11, 7),
        385,
    ),
    "in_place_products": (lambda: torch.zeros(5, 11, 7).add_(a[:, None] * codes), 385),
    "attention": (
        lambda: F.scaled_dot_product_attention(batch[None], batch[None], batch[None]),
        2 * 2 * 5 * 5 * 7,
    ),
    "conv1d": (lambda: F.conv1d(torch.zeros(1, 2, 9), torch.zeros(4, 2, 3)), 168),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_products_have_their_formula(name):
    fn, expected = PRODUCTS[name]
    assert count_macs(fn) == expected


FREE = {
    "scale": lambda: torch.zeros(2, 5, 3, 3) * torch.zeros(5, 1, 1),
    "normalise": lambda: (IMAGE.float() / 255 - torch.zeros(1, 3, 1, 1)) / torch.ones(1, 3, 1, 1),
    "round": lambda: ((1 - a.sigmoid()) * 3).round().clamp(0, 3).to(torch.uint8),
    "bits": lambda: (torch.arange(5)[:, None] >> torch.arange(3)) & 1,
    "compare": lambda: (a[:, None] > codes) | (a[:, None] < codes),
    "look_up": lambda: codes[torch.tensor([1, 2, 1])].reshape(-1).flip(0),
    "layer_norm": lambda: F.softmax(F.layer_norm(a, (7,)), -1),
}


@pytest.mark.parametrize("name", FREE)
def test_moving_and_comparing_is_free(name):
    assert count_macs(FREE[name]) == 0


REFUSED = {
    "inverse": lambda: torch.linalg.inv(torch.eye(3)),
    "fft": lambda: torch.fft.rfft(v),
    "lstm": lambda: nn.LSTM(7, 3)(a),
    "repeat": lambda: a.repeat(3, 1) * codes[:1],
    "bilinear": lambda: F.interpolate(torch.zeros(1, 1, 4, 4), size=8, mode="bilinear"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unknown_operations_are_refused(name):
    with pytest.raises(CosplitError, match=r"cannot count the MACs of 'aten::"):
        count_macs(REFUSED[name])


def test_a_device_half_with_a_custom_operation_is_refused_by_name():
    @torch.library.custom_op("cosplit_test::hidden", mutates_args=())
    def hidden(x: torch.Tensor) -> torch.Tensor:
        return x @ x.mT

    class Hiding(nn.Module):
        def forward(self, x):
            return hidden(x.float())

    model = split_model("input")
    model.device = Hiding()
    with pytest.raises(CosplitError, match="cosplit_test::hidden"):
        model_cost(model, IMAGE)


def test_counting_leaves_no_gradients_and_evaluates():
    model = split_model("conv1").train()
    before = model.device.conv1.bn.running_mean.clone()
    model_cost(model, IMAGE)
    assert not model.training
    assert torch.equal(before, model.device.conv1.bn.running_mean)


@pytest.mark.parametrize(
    ("broken", "value", "product"),
    [("FORMULAS", {}, "mv"), ("flop_registry", {}, "conv1d"), ("_outer", lambda *_: 0, "outer")],
)
def test_a_counter_without_a_formula_is_noticed(monkeypatch, broken, value, product):
    monkeypatch.setattr(macs, broken, value)
    with pytest.raises((AssertionError, CosplitError)):
        test_products_have_their_formula(product)


def test_without_the_list_of_free_operations_everything_else_is_refused(monkeypatch):
    monkeypatch.setattr(macs, "FREE", frozenset())
    with pytest.raises(CosplitError, match="cannot count"):
        model_cost(split_model("conv1"), IMAGE)
