"""The picture behind a first layer, transformed and entropy-coded."""

import pytest
import torch

from cosplit.codecs._entropy_coded import quantise
from cosplit.codecs.picture_transform import PictureTransform
from cosplit.errors import CosplitError

DRAW = torch.Generator().manual_seed(0)
PICTURE = torch.randn(64, 3, 4, 4, generator=DRAW).repeat_interleave(4, 2).repeat_interleave(4, 3)
PICTURE = PICTURE + 0.2 * torch.randn(PICTURE.shape, generator=DRAW)
LAYER = torch.randn(12, 3, generator=DRAW)


def layer(picture):
    return torch.einsum("nphw,cp->nchw", picture, LAYER).relu()


def fresh(bits=1000, side=16):
    codec = PictureTransform((12, side, side), planes=3, numbers=192, bits=bits).eval()
    return codec.calibrate(layer(PICTURE), PICTURE)


@pytest.mark.parametrize("bits", [300, 1000])
def test_an_image_takes_the_bits_that_were_asked_for(bits):
    messages = fresh(bits).encode(layer(PICTURE))
    mean = sum(m.n_bits for m in messages) / len(messages)
    assert mean == pytest.approx(bits, rel=0.1)


def test_more_bits_are_nearer_to_the_picture():
    errors = []
    for bits in (200, 500, 2000):
        codec = fresh(bits)
        with torch.no_grad():
            picture = codec.decoder.picture(quantise(codec.encoder(layer(PICTURE)), codec.top))
        errors.append((picture - PICTURE).square().mean().item())
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.05 * float(PICTURE.var())


def test_patches_must_tile_the_map():
    with pytest.raises(CosplitError, match="patches of 8 x 8 do not tile a map of 12 x 12"):
        fresh(side=12)
