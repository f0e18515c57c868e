"""JPEG and WebP at a quality."""

import pytest
import torch

from cosplit.codecs.lossy_image import LossyImage
from cosplit.errors import CosplitError

SHAPE = (3, 32, 32)
RAMP = torch.linspace(0, 255, 32).round().expand(2, 3, 32, 32).to(torch.uint8)
NOISE = torch.randint(0, 256, (2, *SHAPE), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("file_format", ["jpeg", "webp"])
def test_quality_buys_fidelity_with_bits(file_format):
    bits, errors = [], []
    for quality in (10, 50, 95):
        codec = LossyImage(SHAPE, file_format, quality)
        messages = codec.encode(NOISE)
        bits.append(sum(m.n_bits for m in messages))
        errors.append((codec.decode(messages).float() - NOISE).square().mean().item())
    assert bits == sorted(set(bits))
    assert errors == sorted(set(errors), reverse=True)


@pytest.mark.parametrize("file_format", ["jpeg", "webp"])
def test_a_smooth_image_stays_itself(file_format):
    codec = LossyImage(SHAPE, file_format, 90)
    assert (codec.decode(codec.encode(RAMP)).int() - RAMP.int()).abs().max() < 12


@pytest.mark.parametrize("file_format", ["jpeg", "webp"])
def test_the_worst_image_at_the_best_quality_is_within_the_declared_size(file_format):
    for side in (4, 32):
        codec = LossyImage((3, side, side), file_format, 100)
        longest = max(m.n_bits for m in codec.encode(NOISE[:, :, :side, :side]))
        assert longest <= codec.max_bits


def test_training_sees_images_of_another_size():
    """The first epochs run at three quarters of the size, on floats of an augmented crop."""
    assert LossyImage(SHAPE, "jpeg", 75)(RAMP[:, :, :24, :24].float()).shape == (2, 3, 24, 24)


def test_a_file_of_the_other_format_is_black():
    messages = LossyImage(SHAPE, "webp", 75).encode(RAMP)
    assert not LossyImage(SHAPE, "jpeg", 75).decode(messages).any()


def test_mistakes_are_named():
    with pytest.raises(CosplitError, match="did you mean 'jpeg'"):
        LossyImage(SHAPE, "jpg", 75)
    with pytest.raises(CosplitError, match="between 1 and 100"):
        LossyImage(SHAPE, "jpeg", 101)
