"""Encoder overhead under 1 % of the network (555.4 M MACs), at every map it may meet."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from cosplit.codecs.bottlenet import BottleNet
from cosplit.codecs.jscc import Jscc
from cosplit.codecs.product_vq import ProductVq
from cosplit.codecs.reduction import stride_of
from cosplit.codecs.spatial_rounding import SpatialRounding

LIMIT = 5.55e6


@pytest.mark.parametrize(
    ("shape", "stride"),
    [((64, 32, 32), 4), ((128, 16, 16), 2), ((256, 8, 8), 1), ((64, 2, 2), 1), ((9, 28, 28), 4),
     ((9, 13, 13), 13), ((9, 12, 20), 4)],
)  # fmt: skip
def test_maps_come_to_eight_by_eight_or_below(shape, stride):
    assert stride_of(shape) == stride


@pytest.mark.parametrize(
    "shape", [(64, 32, 32), (128, 16, 16), (256, 8, 8), (128, 8, 8), (512, 4, 4)]
)
@pytest.mark.parametrize(
    "build",
    [
        lambda shape: ProductVq(shape, 8, 32, groups=2, bits=8),
        lambda shape: SpatialRounding(shape, 4, 8, 16, 2),
        lambda shape: Jscc(shape, 8, 16, "awgn"),
        lambda shape: BottleNet(shape, 8, 4),
    ],
    ids=["vq", "rounding", "jscc", "bottlenet"],
)
def test_encoder_and_decoder_take_less_than_one_per_cent(build, shape):
    codec = build(shape).eval()
    with FlopCounterMode(display=False) as counter:
        codec(torch.rand(1, *shape))
    assert 0 < counter.get_total_flops() / 2 < LIMIT / 2
