"""The image in a lossy standard format, as a complete file.

    image uint8 (3, h, w) --JPEG or WebP at a quality--> file --> image uint8 (3, h, w), altered

A reference that arXiv:2006.02166 leaves out: with the server fine-tuned on decoded images it
needs a third to a half of the PNG's bits. JPEG with Huffman tables optimised for the image, headers
included (ITU-T T.81); lossy WebP is VP8's intra coding (RFC 6386, RFC 9649).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.image_file import check_rgb, read_file, read_messages, write_file
from cosplit.errors import CosplitError, unknown
from cosplit.message import Bits, Message

OPTIONS: Mapping[str, Mapping[str, Any]] = {"jpeg": {"optimize": True}, "webp": {"method": 4}}


class LossyImage(Codec):
    """Complete files of RGB images of `shape` (3, h, w); `quality` from 1 to 100.

    Raises:
        CosplitError: unknown `file_format`, a `quality` out of range, or not an RGB shape.
    """

    prefix_free: ClassVar[bool] = True  # a JPEG ends with its EOI marker, a WebP names its length

    def __init__(self, shape: Sequence[int], file_format: str, quality: int) -> None:
        super().__init__()
        if file_format not in OPTIONS:
            raise unknown("file format", file_format, OPTIONS)
        if quality not in range(1, 101):
            raise CosplitError(f"quality {quality!r}: must lie between 1 and 100")
        self.shape = check_rgb(shape)
        self.file_format = file_format
        self.quality = quality
        self.max_bits = 8 * (4 * math.prod(shape) + 2048)  # above both formats' worst on noise
        self.encoder = nn.Identity()
        self.decoder = nn.Identity()

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Both formats, on noise (the worst case) and on flat images."""
        draw = torch.Generator().manual_seed(0)
        images = torch.randint(0, 256, (6, 3, 16, 16), generator=draw).to(torch.uint8)
        images[3:] = images[3:, :, :1, :1]
        shape = (3, 16, 16)
        return [(cls(shape, "jpeg", 75), images), (cls(shape, "webp", 50), images)]

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """Images (n, 3, any h, any w) written and read again, as uint8; no gradient."""
        shape = check_rgb(feature.shape[1:])
        files = [self._write(image) for image in feature]
        return torch.stack([read_file(f, self.file_format, shape) for f in files])

    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """A file for each image (n, 3, h, w)."""
        return [Bits.of_bytes(self._write(image)) for image in feature]

    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Images uint8 (n, 3, h, w); black where a message is no such file."""
        shape = check_rgb(self.shape)
        return read_messages(
            received,
            shape,
            self.max_bits or 0,
            lambda data: read_file(data, self.file_format, shape),
        )

    def _write(self, image: Tensor) -> bytes:
        options = OPTIONS[self.file_format]
        return write_file(image, self.file_format, quality=self.quality, **options)
