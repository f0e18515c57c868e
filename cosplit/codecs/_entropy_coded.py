"""Entropy coding of rounded coefficients: what transform codes have alike.

    feature (c, h, w) --encoder--> coefficients (m, rows, columns) --round, entropy code--> bits
    bits --> symbols (m, rows, columns) --decoder--> feature (c, h, w)

Every coefficient has a static table of frequencies, counted on training images. Where the encoder
is trained, the loss pays for what the entropy code would pay above the bits that were asked for.

Source: V. Goyal, "Theoretical foundations of transform coding", IEEE Signal Processing Magazine
18(5), 2001; rate in the loss: J. Balle et al., arXiv:1611.01704. A fixed-length code, as in
arXiv:2006.02166, needs far more bits where most coefficients are zero: it cannot say so briefly.
"""

import logging
import math
from collections.abc import Sequence
from typing import ClassVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs import arithmetic
from cosplit.codecs.fixed_length import silence
from cosplit.message import Bits, Message

ROUND_UP = 0.4
"""Magnitudes are rounded up from here on: zeros are cheap, and many values lie near them."""
STEPS = 20
LEAST_FOUND = 0.98
"""Of the bits asked for: with less a code says that its symbols end too soon."""
EXCESS_WEIGHT = 0.5
"""Of the share of bits above those asked for, in the loss."""
UNSEEN = 0.02
"""What a symbol that a batch does not have is counted as."""
STEEPEST = 8.0
"""Bits by which one symbol may cost more than its neighbour, for the gradient."""

LN2 = math.log(2)

log = logging.getLogger(__name__)


class EntropyCoded(Codec):
    """Symbols from -`top` to `top`, one for each of `numbers_shape` (m, rows, columns); no message
    is the beginning of another.

    Encoder and decoder each have a buffer `tables`, as `flat_tables` makes it.
    """

    prefix_free: ClassVar[bool] = True
    top: int
    bits: float
    """Asked for, an image on average."""
    numbers_shape: tuple[int, int, int]

    def _of_size(self, numbers: int, places: tuple[int, int], top: int) -> None:
        self.top, self.numbers_shape = top, (numbers, *places)
        self.max_bits = torch.Size(self.numbers_shape).numel() * arithmetic.PRECISION

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after rounding, straight-through."""
        coefficients = self.encoder(feature)
        symbols = quantise(coefficients.detach(), self.top)
        if self.encoder.training:
            excess = cost(coefficients, symbols, self.top) / len(feature) / self.bits - 1
            self.auxiliary_loss = EXCESS_WEIGHT * excess.relu()
        decoded: Tensor = self.decoder(coefficients + (symbols - coefficients).detach())
        return decoded

    @torch.no_grad()
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """One message a feature (n, c, h, w), at most `max_bits` long."""
        tables = self._tables(self.encoder)
        symbols = quantise(self.encoder(feature), self.top).flatten(1).long() + self.top
        return [_write(image, tables) for image in symbols.tolist()]

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros for what no feature is coded as."""
        tables = self._tables(self.decoder)
        read = [_read(message, tables, self.max_bits or 0) for message in received]
        heard = torch.tensor([symbols is not None for symbols in read], dtype=torch.bool)
        rows = [[self.top] * len(tables) if symbols is None else symbols for symbols in read]
        coefficients = torch.tensor(rows).view(-1, *self.numbers_shape).float() - self.top
        return silence(self.decoder(coefficients), heard)

    def _tables(self, half: nn.Module) -> list[arithmetic.Table]:
        """One for every symbol of an image, in their order."""
        _, height, width = self.numbers_shape
        tables = cast(Tensor, half.tables)
        return [row for row in tables.tolist() for _ in range(height * width)]

    def _rows(self, feature: Tensor) -> Tensor:
        """Coefficients of all places (n * places, numbers)."""
        rows: Tensor = self.encoder(feature).transpose(0, 1).flatten(1).T
        return rows

    def _step(self, coefficients: Tensor, n: int, cut: float = 1.0) -> float:
        """The step of rounding at which `n` images with these coefficients take the bits asked for,
        by bisection on its logarithm: a longer step takes fewer bits. The largest coefficient may
        be `cut` times what `top` steps reach."""
        largest = float(coefficients.abs().max())
        short, long = largest / (cut * self.top), 2 * largest
        for _ in range(STEPS):
            middle = (short * long) ** 0.5
            found = _entropy(quantise(coefficients / middle, self.top), self.top) / n
            short, long = (middle, long) if found > self.bits else (short, middle)
        if found < LEAST_FOUND * self.bits:
            words = "%.0f bits an image, not the %.0f asked for: symbols end at %d"
            log.warning(words, found, self.bits, self.top)
        return long

    def _count(self, coefficients: Tensor) -> None:
        counts = counts_of(quantise(coefficients, self.top), self.top).long().numpy()
        tables = torch.from_numpy(np.stack([arithmetic.table_of(row) for row in counts]))
        for half in (self.encoder, self.decoder):
            cast(Tensor, half.tables).copy_(tables)


def quantise(coefficients: Tensor, top: int) -> Tensor:
    """Integers from -top to top, as floats."""
    size = (coefficients.abs() + ROUND_UP).floor().clamp_max(top)
    return size * coefficients.sign()


def cost(coefficients: Tensor, symbols: Tensor, top: int) -> Tensor:
    """Bits that a batch of `symbols` (n, m, ...) takes with tables counted on itself; between two
    neighbouring symbols the gradient by `coefficients` is the difference of their bits."""
    rows = symbols.transpose(0, 1).flatten(1)
    counts = counts_of(rows.T, top) + UNSEEN
    bits = (counts.sum(1, keepdim=True) / counts).log2()
    index = rows.long() + top
    values = coefficients.transpose(0, 1).flatten(1)
    inner, side = values.detach().abs().floor().clamp_max(top - 1), values.detach().sign()
    near, far = (bits.gather(1, (side * size).long() + top) for size in (inner, inner + 1))
    linear = (far - near).clamp(0, STEEPEST) * values.abs()
    return (bits.gather(1, index) + linear - linear.detach()).sum()


def counts_of(symbols: Tensor, top: int) -> Tensor:
    """How often each column of `symbols` (n, m) holds each symbol: (m, 2 * top + 1), as floats."""
    index = symbols.T.long() + top
    counts = torch.zeros(len(index), 2 * top + 1)
    return counts.scatter_add_(1, index, torch.ones(()).expand(index.shape))


def flat_tables(numbers: int, top: int) -> Tensor:
    """Tables (numbers, 2 * top + 2) in which all symbols are alike."""
    table = arithmetic.table_of(np.ones(2 * top + 1, np.int64))
    return torch.from_numpy(table).repeat(numbers, 1)


def _entropy(symbols: Tensor, top: int) -> float:
    """Bits of all rows (n, m) where each column has a table of its own."""
    shares = counts_of(symbols, top).double() / len(symbols)
    return float(torch.special.entr(shares).sum()) / LN2 * len(symbols)


def _write(symbols: Sequence[int], tables: Sequence[arithmetic.Table]) -> Bits:
    number, n_bits = arithmetic.encode(symbols, tables)
    return Bits((number << -n_bits % 8).to_bytes((n_bits + 7) // 8, "big"), n_bits)


def _read(message: Message, tables: Sequence[arithmetic.Table], max_bits: int) -> list[int] | None:
    if not isinstance(message, Bits) or message.n_bits > max_bits:
        return None
    number = int.from_bytes(message.data, "big") >> -message.n_bits % 8
    return arithmetic.decode(number, message.n_bits, tables)
