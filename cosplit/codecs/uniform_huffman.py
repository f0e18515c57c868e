"""Uniform quantisation and Huffman coding of a feature as it is.

    feature >= 0 --round(x / scale), 2^b levels--> symbols --pack neighbours--> bytes
    bytes --shorter of the model's table and a table in the message--> selector bit + code

Source: the codes of the "original network" and of 2-Step Pruning in arXiv:2006.02166, which are
Huffman-coded. A Huffman code cannot go below one bit a symbol, so neighbours share a byte (8 of
1 bit, 4 of 2, 2 of 3 or 4). The table in the message is that of deflate (RFC 1951) with
Z_HUFFMAN_ONLY. The number of symbols is fixed by the shape and both codes end by themselves, so
messages are prefix-free.
"""

import math
import zlib
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs import huffman
from cosplit.errors import CosplitError
from cosplit.message import Bits, Message

BYTE = 8
RANGES = (0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 1.0)
"""Candidate ends of the quantiser's range, as quantiles of the positive values."""
SAMPLE = 1_000_000
"""Values looked at for choosing among them."""


class _Tables(nn.Module):
    scale: Tensor
    lengths: Tensor

    def __init__(self) -> None:
        super().__init__()
        flat = huffman.code_lengths(np.zeros(0, np.uint8))
        self.register_buffer("scale", torch.ones(()))
        self.register_buffer("lengths", torch.from_numpy(flat))

    @property
    def table(self) -> huffman.Bytes:
        """Code lengths (257,)."""
        return self.lengths.cpu().numpy()


class UniformHuffman(Codec):
    """`bits` bits an element for a feature of `shape` that is not negative (after a ReLU).

    The step and the static table come from `calibrate`; both are buffers of the encoder and, equal
    ones, of the decoder.

    Raises:
        CosplitError: `bits` is not from 1 to 8.
    """

    prefix_free: ClassVar[bool] = True
    encoder: _Tables
    decoder: _Tables

    def __init__(self, shape: Sequence[int], bits: int) -> None:
        super().__init__()
        if bits not in range(1, BYTE + 1):
            raise CosplitError(f"a quantiser of {bits!r} bits: must be from 1 to {BYTE}")
        self.shape = tuple(shape)
        self.bits = bits
        self.together = BYTE // bits
        self.n_bytes = -(-math.prod(shape) // self.together)
        n = self.n_bytes
        self.max_bits = 1 + BYTE * (n + (n >> 12) + (n >> 14) + (n >> 25) + 13)  # deflateBound
        self.encoder = _Tables()
        self.decoder = _Tables()

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Sparse features at two and at five bits."""
        draw = torch.Generator().manual_seed(0)
        feature = (torch.randn(8, 6, 9, 9, generator=draw) - 0.8).relu()
        codecs = [cls((6, 9, 9), bits) for bits in (2, 5)]
        return [(codec.calibrate(feature), feature) for codec in codecs]

    @property
    def top(self) -> int:
        """The highest level; the lowest is exactly 0."""
        return int(2**self.bits) - 1

    @torch.no_grad()
    def calibrate(self, features: Tensor) -> "UniformHuffman":
        """Choose the step of least squared error on `features` (n, *shape), and their table.

        Raises:
            CosplitError: a negative or non-finite value.
        """
        values = features.float().flatten()
        if not (values.isfinite().all() and (values >= 0).all()):
            raise CosplitError("features to calibrate on must be finite and not negative (a ReLU)")
        step = _best_step(values[:: max(1, len(values) // SAMPLE)], self.top)
        self._set(step, self.encoder.lengths)
        lengths = huffman.code_lengths(self.quantise(features))
        self._set(step, torch.from_numpy(lengths))
        return self

    def _set(self, step: float, lengths: Tensor) -> None:
        for tables in (self.encoder, self.decoder):
            tables.scale.fill_(step)
            tables.lengths.copy_(lengths)

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after quantisation, straight-through."""
        scale = self.encoder.scale
        rounded = (feature / scale).round().clamp(0, self.top) * scale
        return feature + (rounded - feature).detach()

    @torch.no_grad()
    def quantise(self, feature: Tensor) -> huffman.Bytes:
        """Symbols of features (n, *shape), neighbours in one byte: uint8 (n, n_bytes)."""
        levels = (feature / self.encoder.scale).round_().clamp_(0, self.top).flatten(1)
        symbols = levels.to(torch.uint8).cpu().numpy()
        short = self.n_bytes * self.together - symbols.shape[1]
        symbols = np.pad(symbols, ((0, 0), (0, short))) if short else symbols
        packed = symbols[:, :: self.together].copy()
        for k in range(1, self.together):
            packed |= symbols[:, k :: self.together] << (k * self.bits)
        return packed

    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """One message a feature (n, *shape), at most `max_bits` long."""
        table = self.encoder.table
        return [_write(row, table) for row in self.quantise(feature)]

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, *shape); zeros for what no feature is coded as."""
        table = self.decoder.table
        packed = np.zeros((len(received), self.n_bytes), np.uint8)
        for row, message in zip(packed, received, strict=True):
            if isinstance(message, Bits) and 0 < message.n_bits <= (self.max_bits or 0):
                data = _read(message, table, self.n_bytes)
                row[:] = 0 if data is None else data
        symbols = np.empty((*packed.shape, self.together), np.uint8)
        for k in range(self.together):
            np.bitwise_and(packed >> (k * self.bits), self.top, out=symbols[..., k])
        flat = symbols.reshape(len(received), self.n_bytes * self.together)
        return (
            torch.from_numpy(flat[:, : math.prod(self.shape)]).reshape(len(received), *self.shape)
            * self.decoder.scale
        )


def _best_step(values: Tensor, top: int) -> float:
    positive = values[values > 0]
    if not len(positive):
        return 1.0
    ends = np.quantile(positive.cpu().numpy(), RANGES)
    steps = [float(end) / top for end in ends]
    return min(
        steps,
        key=lambda s: float(((values / s).round().clamp(0, top) * s - values).square().mean()),
    )


def _write(data: huffman.Bytes, table: huffman.Bytes) -> Bits:
    """Selector 1 and the static code, or 0 and a deflate stream, whichever is shorter."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, 8, zlib.Z_HUFFMAN_ONLY)
    own = deflate.compress(data.tobytes()) + deflate.flush()
    static, n_static = huffman.encode(data, table)
    shipped = n_static <= BYTE * len(own)
    code, n = (static, n_static) if shipped else (own, BYTE * len(own))
    ones = np.empty(n + 1, np.uint8)
    ones[0] = shipped
    ones[1:] = np.unpackbits(np.frombuffer(code, np.uint8), count=n, bitorder="little")
    return Bits(np.packbits(ones).tobytes(), n + 1)


def _read(message: Bits, table: huffman.Bytes, count: int) -> huffman.Bytes | None:
    ones = np.unpackbits(np.frombuffer(message.data, np.uint8), count=message.n_bits)
    code = np.packbits(ones[1:], bitorder="little").tobytes()
    if ones[0]:
        return huffman.decode(code, table, count)
    try:
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(code, count)
    except zlib.error:
        return None
    return np.frombuffer(data, np.uint8) if len(data) == count else None
