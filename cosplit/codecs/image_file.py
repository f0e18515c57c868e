"""Images in and out of complete files of a standard format, by Pillow.

image uint8 (3, h, w) --Pillow--> bytes of a file --Pillow--> image uint8 (3, h, w)
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cosplit.errors import CosplitError
from cosplit.message import Bits, Message

Shape = tuple[int, int, int]


def check_rgb(shape: Sequence[int]) -> Shape:
    """`shape` where it is that of an RGB image (3, h, w).

    Raises:
        CosplitError: it is not.
    """
    if len(shape) != 3 or shape[0] != 3:  # noqa: PLR2004
        raise CosplitError(f"an image codec carries RGB images (3, h, w), not {tuple(shape)}")
    return shape[0], shape[1], shape[2]


def write_file(image: Tensor, file_format: str, **options: Any) -> bytes:
    """One image (3, h, w), uint8 or 0..255, as a file."""
    pixels = image.detach().round().clamp(0, 255).to(torch.uint8).permute(1, 2, 0)
    file = io.BytesIO()
    Image.fromarray(pixels.contiguous().cpu().numpy()).save(file, file_format, **options)
    return file.getvalue()


def read_file(data: bytes, file_format: str, shape: Shape) -> Tensor:
    """An image uint8 of `shape` from a file; zeros where it holds anything else.

    The size is read before a pixel is decoded, so a file that promises a huge image costs nothing.
    """
    try:
        with Image.open(io.BytesIO(data), formats=[file_format]) as image:
            if image.size == (shape[2], shape[1]) and image.mode == "RGB":
                return torch.from_numpy(np.array(image)).permute(2, 0, 1)
    except Exception:  # Pillow's parsers raise whatever a hostile file drives them to
        return torch.zeros(shape, dtype=torch.uint8)
    return torch.zeros(shape, dtype=torch.uint8)


def read_messages(
    received: Sequence[Message], shape: Shape, max_bits: int, read: Callable[[bytes], Tensor]
) -> Tensor:
    """Images uint8 (n, *shape) of whole files of at most `max_bits`; zeros for other messages."""
    images = torch.zeros(len(received), *shape, dtype=torch.uint8)
    for image, message in zip(images, received, strict=True):
        if isinstance(message, Bits) and message.n_bits % 8 == 0 and message.n_bits <= max_bits:
            image.copy_(read(message.data))
    return images
