"""The image itself, losslessly, as a complete PNG file.

    image uint8 (3, h, w) --PNG, RGB8, optimised--> file --> image uint8 (3, h, w)

The reference for communication in arXiv:2006.02166: nothing is computed on the device. A file is
signature, IHDR, IDAT and IEND; the fixed 57 bytes around the zlib stream in IDAT are paid for too,
and `headerless_bits` tells what is left without them.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.image_file import check_rgb, read_file, read_messages, write_file
from cosplit.message import Bits, Message

SIGNATURE = b"\x89PNG\r\n\x1a\n"
OWN_CHUNKS = {b"IHDR", b"IDAT", b"IEND"}


class Png(Codec):
    """Complete PNG files of RGB images of `shape` (3, h, w).

    Raises:
        CosplitError: `shape` is not that of an RGB image.
    """

    prefix_free: ClassVar[bool] = True  # a file ends with IEND, and nowhere before

    def __init__(self, shape: Sequence[int]) -> None:
        super().__init__()
        self.shape = check_rgb(shape)
        raw = shape[1] * (1 + 3 * shape[2])
        self.max_bits = 8 * (raw + raw // 100 + 256)  # stored blocks, chunk heads and trailer
        self.encoder = nn.Identity()
        self.decoder = nn.Identity()

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Noise, which no lossless format can shrink, and flat images."""
        draw = torch.Generator().manual_seed(0)
        images = torch.randint(0, 256, (6, 3, 8, 8), generator=draw).to(torch.uint8)
        images[3:] = images[3:, :, :1, :1]
        return [(cls((3, 8, 8)), images)]

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The images themselves: a lossless file changes nothing."""
        return feature

    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """A file for each image (n, 3, h, w)."""
        return [Bits.of_bytes(write_file(image, "PNG", optimize=True)) for image in feature]

    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Images uint8 (n, 3, h, w); black where a message is no such file."""
        shape = check_rgb(self.shape)
        return read_messages(received, shape, self.max_bits or 0, self._read)

    def headerless_bits(self, message: Message) -> int | None:
        """Bits of the zlib stream in IDAT alone."""
        return 8 * sum(size for name, size in _chunks(message.data) if name == b"IDAT")

    def _read(self, data: bytes) -> Tensor:
        plain = all(name in OWN_CHUNKS for name, _ in _chunks(data))  # a text chunk may be a bomb
        return read_file(data if plain else b"", "PNG", check_rgb(self.shape))


def _chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], size
        at += size + 12
