"""Codecs with one defect each, importable by another process."""

import io

import torch
from PIL import Image

from cosplit.codec import Codec
from cosplit.codecs.image_file import write_file
from cosplit.codecs.jscc import Jscc
from cosplit.codecs.png import Png
from cosplit.codecs.product_vq import ProductVq
from cosplit.codecs.spatial_rounding import SpatialRounding
from cosplit.codecs.uniform_huffman import UniformHuffman
from cosplit.message import Bits, Symbols


class Pooled(SpatialRounding):
    """The server wants another shape than it gets."""

    def decode(self, received, level=None):
        return super().decode(received).mean((2, 3))


class Verbose(SpatialRounding):
    """Two bits more than declared: rounding to 2^b + 1 levels needs them."""

    def encode(self, feature, level=None):
        bits = [Bits(m.data + b"\0", m.n_bits + 2) for m in super().encode(feature)]
        return [Bits(b.data[: (b.n_bits + 7) // 8], b.n_bits) for b in bits]


class Loud(Jscc):
    """Power is normalised over the batch, so one message may shout."""

    def _modulate(self, values):
        return values * 1.1 / values.square().mean().sqrt()


class Dithered(SpatialRounding):
    def encode(self, feature, level=None):
        return super().encode(feature + torch.rand_like(feature))


class Greedy(SpatialRounding):
    """Scales in place what belongs to the caller."""

    def encode(self, feature, level=None):
        return super().encode(feature.mul_(1.0001))


class Sociable(SpatialRounding):
    """Normalises by the batch, as a network left in training mode does."""

    def encode(self, feature, level=None):
        return super().encode(feature - feature.mean(0))


class Optimist(SpatialRounding):
    """Trains without its quantiser."""

    def forward(self, feature, channel=None, noise=None):
        return self.decoder(self.encoder(feature))


class Siamese(ProductVq):
    """The server looks codewords up in the device's codebook."""

    def decode(self, received, level=None):
        self.decoder.codebook = self.encoder.codebook
        return super().decode(received)


class Homeless(SpatialRounding):
    """A table in neither half would be shipped with neither."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.register_buffer("table", torch.zeros(3))


class Unary(SpatialRounding):
    """So many zeros, and nothing that ends them."""

    prefix_free = True

    def encode(self, feature, level=None):
        return [Bits(bytes(2), 9 + i % 4) for i in range(len(feature))]


class Trusting(SpatialRounding):
    """Believes that every message has the right length."""

    def decode(self, received, level=None):
        return super().decode([Bits(m.data[:3], 24) for m in received])


class Overflowing(Jscc):
    """Symbols as they come."""

    def decode(self, received, level=None):
        rows = [m.values()[: self.uses] for m in received if isinstance(m, Symbols)]
        rows = [torch.tensor(row) for row in rows if len(row) == self.uses]
        return torch.stack(rows)[:, :1, None, None].repeat(1, *self.shape)


class Patient(SpatialRounding):
    """Looks at every bit of an endless message, one by one."""

    def decode(self, received, level=None):
        for message in received:
            sum(bit for byte in message.data[: 1 << 20] for bit in range(byte % 2))
        return super().decode(received)


class Memorious(SpatialRounding):
    """Hands the feature to the server beside the message."""

    kept: torch.Tensor | None = None

    def encode(self, feature, level=None):
        self.kept = self.decoder(self.encoder(feature)).detach()
        return super().encode(feature)

    def decode(self, received, level=None):
        blank = super().decode(received)
        return blank if self.kept is None or len(self.kept) != len(blank) else self.kept


class Bomb(Png):
    """Unpacks any PNG, whatever its size."""

    def decode(self, received, level=None):
        for message in received:
            if message.data[:4] == b"\x89PNG":
                Image.open(io.BytesIO(message.data)).load()
        return super().decode(received)


def bomb() -> Bits:
    """A small file of a large image, 144 MB once unpacked."""
    image = torch.zeros(1, dtype=torch.uint8).expand(3, 6_000, 6_000)
    return Bits.of_bytes(write_file(image, "PNG"))


class Stiff(SpatialRounding):
    """Rounding without straight-through: no gradient passes."""

    def forward(self, feature, channel=None, noise=None):
        return self.decode(self.encode(feature)) + 0 * sum(p.sum() for p in self.parameters())


class Drifting(ProductVq):
    """Training moves the encoder's codebook, and nobody tells the server."""

    def forward(self, feature, channel=None, noise=None):
        kept = self.decoder.codebook.clone()
        decoded = super().forward(feature, channel, noise)
        self.decoder.codebook.copy_(kept)
        return decoded


class OwnTableOnly(UniformHuffman):
    """Byte by byte, without any table: no entropy code at all."""

    def encode(self, feature, level=None):
        rows = self.quantise(feature)
        return [Bits.of_bytes(row.tobytes()) for row in rows]


class Nameless(Codec):
    """Offers no examples."""

    forward = encode = decode = None
