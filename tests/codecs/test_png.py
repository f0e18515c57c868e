"""Complete files, charged in full."""

import io
import zlib

import pytest
import torch
from PIL import Image, PngImagePlugin

from cosplit.codecs.png import Png
from cosplit.errors import CosplitError
from cosplit.message import Bits

SHAPE = (3, 8, 8)
IMAGES = Png.examples()[0][1]


def as_file(image: Image.Image, **options) -> Bits:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return Bits.of_bytes(file.getvalue())


def test_the_round_trip_is_exact():
    codec = Png(SHAPE)
    assert torch.equal(codec.decode(codec.encode(IMAGES)), IMAGES)


def test_images_as_floats_are_the_same_files():
    codec = Png(SHAPE)
    assert codec.encode(IMAGES.float()) == codec.encode(IMAGES)


def test_a_header_is_57_bytes_around_a_zlib_stream():
    """Signature 8, IHDR 25, head and checksum of IDAT 12, IEND 12."""
    for message in Png(SHAPE).encode(IMAGES):
        assert message.n_bits - Png(SHAPE).headerless_bits(message) == 8 * 57
        stream = message.data[8 + 25 + 8 : -12 - 4]
        assert len(zlib.decompress(stream)) == 8 * (1 + 3 * 8)


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (9, 8), "red"),
        Image.new("RGB", (8, 9), "red"),
        Image.new("L", (8, 8), 255),
        Image.new("RGBA", (8, 8), "red"),
        Image.new("I;16", (8, 8), 9),
    ],
    ids=lambda image: f"{image.mode}{image.size}",
)
def test_another_image_is_black(image):
    assert not Png(SHAPE).decode([as_file(image)]).any()


def test_a_text_chunk_is_not_unpacked():
    text = PngImagePlugin.PngInfo()
    text.add_text("bomb", "x" * 1_000_000, zip=True)
    assert (
        not Png((3, 32, 32))
        .decode([as_file(Image.new("RGB", (32, 32), "red"), pnginfo=text)])
        .any()
    )
    assert Png((3, 32, 32)).decode([as_file(Image.new("RGB", (32, 32), "red"))]).any()


def test_only_rgb_is_carried():
    with pytest.raises(CosplitError, match="RGB images"):
        Png((1, 8, 8))
