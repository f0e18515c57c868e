"""Rounded numbers place by place."""

import pytest
import torch

from cosplit.codecs.spatial_rounding import SpatialRounding
from cosplit.errors import CosplitError
from cosplit.seeds import seeded

FEATURE = torch.rand(64, 6, 8, 8, generator=torch.Generator().manual_seed(0))


def fresh(stride=2, size=3, bits=2):
    with seeded(0, "spatial"):
        return SpatialRounding((6, 8, 8), stride, channels=4, size=size, bits=bits)


@pytest.mark.parametrize(("stride", "size", "bits"), [(2, 3, 2), (4, 5, 3), (8, 7, 1)])
def test_a_message_is_places_times_numbers_times_bits(stride, size, bits):
    codec = fresh(stride, size, bits).eval()
    n_bits = (8 // stride) ** 2 * size * bits
    assert {m.n_bits for m in codec.encode(FEATURE)} == {n_bits} == {codec.max_bits}


def test_a_place_is_coded_from_its_surroundings_alone():
    codec = fresh().eval()
    other = FEATURE.clone()
    other[:, :, :2, :2] = 0
    same = (codec.encoder(FEATURE) == codec.encoder(other)).all(1)
    assert not same[:, :2, :2].any()
    assert same[:, 2:].all()
    assert same[:, :, 2:].all()


def test_all_levels_are_used_about_alike():
    codec = fresh(size=32).train()
    numbers = codec.encoder(torch.randn(256, 6, 8, 8)).detach()
    shares = torch.histc(numbers, 4, 0, 1) / numbers.numel()
    assert shares.sub(0.25).abs().max() < 0.04


def test_other_sizes_pass_in_training():
    assert fresh().train()(FEATURE[:, :, :6, :6]).shape == (64, 6, 6, 6)


def test_patches_must_tile_the_map():
    with pytest.raises(CosplitError, match="patches of 3 x 3 do not tile a map of 8 x 8"):
        fresh(stride=3)
