"""Codewords place by place."""

import pytest
import torch

from cosplit.codecs.spatial_vq import SpatialVq
from cosplit.errors import CosplitError
from cosplit.seeds import seeded

FEATURE = torch.rand(8, 6, 8, 8, generator=torch.Generator().manual_seed(0))


def fresh(stride=2, groups=2):
    with seeded(0, "spatial"):
        return SpatialVq((6, 8, 8), stride, channels=4, groups=groups, size=3, bits=4)


@pytest.mark.parametrize(("stride", "groups", "bits"), [(2, 2, 128), (4, 3, 48), (8, 1, 4)])
def test_a_message_is_places_times_groups_times_bits(stride, groups, bits):
    codec = fresh(stride, groups).eval()
    assert {m.n_bits for m in codec.encode(FEATURE)} == {bits} == {codec.max_bits}


def test_vectors_and_numbers_are_each_others_way_back():
    codec, numbers = fresh(), torch.rand(3, 6, 4, 4)
    assert torch.equal(codec.numbers(codec.vectors(numbers), numbers.shape), numbers)


def test_what_is_decoded_is_what_training_saw():
    codec = fresh().train()
    for _ in range(5):
        codec(FEATURE)
    codec.eval()
    with torch.no_grad():
        seen = codec(FEATURE)
    assert torch.allclose(codec.decode(codec.encode(FEATURE)), seen, atol=1e-5)


def test_a_place_is_coded_from_its_surroundings_alone():
    codec = fresh(stride=2, groups=2).eval()
    other = FEATURE.clone()
    other[:, :, :2, :2] = 0
    codes = [codec.vectors(codec.encoder(f)).view(8, 4, 4, 2, 3) for f in (FEATURE, other)]
    same = (codes[0] == codes[1]).flatten(3).all(3)
    assert not same[:, :2, :2].any()
    assert same[:, 2:].all()
    assert same[:, :, 2:].all()


def test_the_gradient_goes_straight_through():
    codec, feature = fresh().train(), FEATURE.clone().requires_grad_()
    codec(feature).square().sum().backward()
    assert feature.grad.abs().sum() > 0
    assert all(p.grad is not None for p in codec.parameters())


def test_other_sizes_pass_in_training():
    assert fresh().train()(FEATURE[:, :, :6, :6]).shape == (8, 6, 6, 6)


def test_patches_must_tile_the_map():
    with pytest.raises(CosplitError, match="patches of 3 x 3 do not tile a map of 8 x 8"):
        fresh(stride=3)
