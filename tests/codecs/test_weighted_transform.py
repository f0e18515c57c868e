"""The transform of a feature whose errors count by what they do to the answer."""

import pytest
import torch
from torch.nn.functional import unfold

from cosplit.codecs._entropy_coded import quantise
from cosplit.codecs.weighted_transform import WeightedTransform, weighted_klt
from cosplit.errors import CosplitError

DRAW = torch.Generator().manual_seed(0)
FEATURE = torch.randn(300, 6, 8, 8, generator=DRAW).relu()
GRADIENT = torch.randn(300, 6, 8, 8, generator=DRAW)


def fresh(bits=300.0, gradient=GRADIENT, block=2, **sizes):
    sizes = {"side": 2, "inner": 24, "numbers": 96, **sizes}
    codec = WeightedTransform((6, 8, 8), block=block, bits=bits, **sizes).eval()
    return codec.calibrate(FEATURE, gradient)


def mean_bits(codec, feature=FEATURE):
    return sum(message.n_bits for message in codec.encode(feature)) / len(feature)


@torch.no_grad()
def error(codec, channel=slice(None)):
    return (codec(FEATURE) - FEATURE)[:, channel].square().mean().item()


def test_all_directions_together_lose_nothing():
    klt = weighted_klt(FEATURE, GRADIENT, 2, 24)
    rows = unfold(FEATURE, 2, stride=2).transpose(1, 2).flatten(0, 1)
    numbers = (rows - klt.mean) @ klt.analysis.T
    assert torch.allclose(numbers @ klt.synthesis.T + klt.mean, rows, atol=1e-3)
    assert torch.allclose(numbers.square().mean(0), torch.ones(24), atol=1e-2)


def test_directions_come_in_the_order_of_their_weight():
    spread = weighted_klt(FEATURE, GRADIENT, 2, 24).spread
    assert (spread.diff() <= 0).all()


def test_one_direction_is_the_one_that_the_answer_hears():
    gradient = torch.zeros_like(GRADIENT)
    gradient[:, 3, ::2, 1::2] = GRADIENT[:, 3, ::2, 1::2]
    (direction,) = weighted_klt(FEATURE, gradient, 2, 1).synthesis.T.abs()
    assert direction.argmax() == 3 * 4 + 1  # channel 3, upper right of 2 x 2


def test_what_the_answer_hears_is_kept_best():
    louder = GRADIENT.clone()
    louder[:, 2] *= 10
    plain, weighted = fresh(), fresh(gradient=louder)
    assert error(weighted, 2) < 0.5 * error(plain, 2)
    assert error(weighted) > error(plain)


def test_what_all_images_have_at_a_place_is_no_news():
    brighter = FEATURE.clone()
    brighter[..., :4] += 2
    codec = WeightedTransform((6, 8, 8), 2, 24, 4, 96, bits=300).eval()
    codec.calibrate(brighter, GRADIENT)
    with torch.no_grad():
        coefficients = codec.encoder(brighter)
        places = (codec(brighter) - brighter).mean((0, 1))
    assert coefficients.mean(0).abs().max() < 0.05 * coefficients.std()
    assert places.abs().max() < 0.3


@pytest.mark.parametrize("block", [1, 2, 4])
@pytest.mark.parametrize("bits", [200, 600])
def test_an_image_takes_the_bits_that_were_asked_for(bits, block):
    assert mean_bits(fresh(bits, block=block)) == pytest.approx(bits, rel=0.15)


def test_more_bits_are_nearer_to_the_feature():
    errors = [error(fresh(bits)) for bits in (100, 300, 1000)]
    assert errors[0] > errors[1] > errors[2]


def test_settling_restores_the_bits_after_training():
    codec = fresh()
    with torch.no_grad():
        codec.encoder.patches.weight.mul_(3)
        codec.encoder.patches.bias.mul_(3)
    assert codec.encoder.scale.equal(codec.decoder.scale)
    assert mean_bits(codec) > 400
    assert mean_bits(codec.settle(FEATURE)) == pytest.approx(300, rel=0.15)
    assert codec.encoder.scale.equal(codec.decoder.scale)


def test_one_coefficient_grown_large_does_not_starve_the_rest():
    codec = fresh()
    with torch.no_grad():
        codec.encoder.blocks.weight[0] *= 200
    codec.settle(FEATURE)
    assert codec.encoder(FEATURE)[:, 0].abs().max() > codec.top
    assert mean_bits(codec) == pytest.approx(300, rel=0.15)


def test_coefficients_of_one_place_make_a_block():
    codec = fresh(block=4)
    with torch.no_grad():
        assert quantise(codec.encoder(FEATURE), codec.top).shape == (300, 96, 1, 1)


def test_blocks_must_tile_the_map():
    with pytest.raises(CosplitError, match="patches of 6 x 6 do not tile a map of 8 x 8"):
        fresh(side=3)
