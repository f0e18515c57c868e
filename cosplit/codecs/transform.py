"""Transform coding of the feature behind a first layer: what has hardly been computed is a picture.

    feature (c, h, w) --conv--> pixels of 4 x 4 places --conv 2 x 2--> coefficients (m, h/8, w/8)
    coefficients --round, entropy code--> bits --> coefficients
    coefficients --transposed conv 8 x 8--> picture (p, h, w) --conv 3 x 3--> feature (c, h, w)

The convolutions start in closed form: the least-squares inverse of the layer, then the
Karhunen-Loeve transform of the picture's patches; the last layer of the decoder is meant to start
as a copy of the device's own. Each coefficient has a static table of frequencies.

Source: entropy-coded transform coding, V. Goyal, "Theoretical foundations of transform coding",
IEEE Signal Processing Magazine 18(5), 2001. A fixed-length code, as in arXiv:2006.02166, needs far
more bits at this layer: most coefficients are zero, and it cannot say so briefly.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs import ans
from cosplit.codecs.fixed_length import silence
from cosplit.codecs.spatial import places_of
from cosplit.message import Bits, Message

ROUND_UP = 0.4
"""Magnitudes are rounded up from here on: zeros are cheap, and many values lie near them."""
CELL, MARGIN = 4, 1
"""The inverse makes cells of 4 x 4 pixels, from features up to one place around them."""
BLOCK = 2
SIDE = CELL * BLOCK
"""Patches of 2 x 2 cells are transformed."""
RIDGE = 1e-4
STEPS = 20


class _Encoder(nn.Module):
    tables: Tensor

    def __init__(self, shape: Sequence[int], planes: int, numbers: int, top: int) -> None:
        super().__init__()
        pixels = planes * CELL**2
        self.invert = nn.Conv2d(shape[0], pixels, CELL + 2 * MARGIN, CELL, MARGIN)
        self.transform = nn.Conv2d(pixels, numbers, BLOCK, BLOCK, bias=False)
        self.register_buffer("tables", _flat(numbers, top))

    def forward(self, feature: Tensor) -> Tensor:
        coefficients: Tensor = self.transform(self.invert(feature))
        return coefficients.float()


class _Decoder(nn.Module):
    tables: Tensor

    def __init__(self, shape: Sequence[int], planes: int, numbers: int, top: int) -> None:
        super().__init__()
        self.picture = nn.ConvTranspose2d(numbers, planes, SIDE, SIDE)
        self.layer = nn.Conv2d(planes, shape[0], 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(shape[0])
        self.register_buffer("tables", _flat(numbers, top))

    def take_over(self, conv: nn.Module, norm: nn.Module) -> None:
        """Start at the layer that computed the feature from its picture."""
        self.layer.load_state_dict(conv.state_dict())
        self.norm.load_state_dict(norm.state_dict())

    def forward(self, coefficients: Tensor) -> Tensor:
        feature: Tensor = self.norm(self.layer(self.picture(coefficients))).relu()
        return feature


class TransformCode(Codec):
    """`numbers` coefficients for every patch of 8 x 8 places of a feature of `shape` (c, h, w) that
    was computed from a picture of `planes` planes of the same height and width; symbols are
    integers from -top to top, which bounds the bits that can be asked for.

    `calibrate` sets inverse, transform, step and tables. Messages differ in length and pay for
    naming it.

    Raises:
        CosplitError: patches of 8 x 8 do not tile the map.
    """

    encoder: _Encoder
    decoder: _Decoder

    def __init__(self, shape: Sequence[int], planes: int, numbers: int, top: int = 127) -> None:
        super().__init__()
        self.top = top
        self.shape = shape[0], shape[1], shape[2]
        self.numbers_shape = numbers, *places_of(shape, SIDE)
        count = torch.Size(self.numbers_shape).numel()
        self.max_bits = 1 + count * ans.PRECISION
        self.encoder = _Encoder(shape, planes, numbers, top)
        self.decoder = _Decoder(shape, planes, numbers, top)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """One patch, calibrated on the features themselves."""
        draw = torch.Generator().manual_seed(0)
        picture = torch.randn(8, 3, 8, 8, generator=draw)
        feature = torch.einsum("nphw,cp->nchw", picture, torch.randn(6, 3, generator=draw)).relu()
        return [(cls((6, 8, 8), planes=3, numbers=100).calibrate(feature, picture, 200), feature)]

    @torch.no_grad()
    def calibrate(self, feature: Tensor, picture: Tensor, bits: float) -> "TransformCode":
        """Fit both transforms to features (n, c, h, w) and their pictures (n, p, h, w), find the
        step at which an image of them takes `bits` bits on average, and count the symbols."""
        mean = picture.mean((0, 2, 3), keepdim=True)
        here, there = self.encoder, self.decoder.picture
        _fit_inverse(here.invert, feature, picture - mean)
        blocks = _patches(picture - mean, SIDE)
        basis = torch.linalg.eigh(blocks.T @ blocks).eigenvectors.flip(1)
        basis = basis[:, : self.numbers_shape[0]].T.unflatten(1, (-1, SIDE, SIDE))
        here.transform.weight.copy_(_by_cells(basis))
        step = self._step(self._rows(feature), len(feature), bits)
        here.transform.weight.div_(step)
        there.weight.copy_(basis * step)
        there.bias.copy_(mean.flatten())  # type: ignore[union-attr]
        self._count(self._rows(feature))
        return self

    def _rows(self, feature: Tensor) -> Tensor:
        """Coefficients of all patches (n * places, numbers)."""
        rows: Tensor = self.encoder(feature).transpose(0, 1).flatten(1).T
        return rows

    def _step(self, coefficients: Tensor, n: int, bits: float) -> float:
        """By bisection on its logarithm: a longer step takes fewer bits."""
        largest = float(coefficients.abs().max())
        short, long = largest / self.top, 2 * largest
        for _ in range(STEPS):
            middle = (short * long) ** 0.5
            needed = _entropy(quantise(coefficients / middle, self.top)) / n
            short, long = (middle, long) if needed > bits else (short, middle)
        return long

    def _count(self, coefficients: Tensor) -> None:
        symbols = quantise(coefficients, self.top).long() + self.top
        counts = [row.bincount(minlength=2 * self.top + 1).numpy() for row in symbols.T]
        tables = np.stack([ans.table_of(row) for row in counts])
        for half in (self.encoder, self.decoder):
            half.tables.copy_(torch.from_numpy(tables))

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after rounding, straight-through."""
        coefficients = self.encoder(feature)
        rounded = coefficients + (quantise(coefficients, self.top) - coefficients).detach()
        decoded: Tensor = self.decoder(rounded)
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

    def _tables(self, half: _Encoder | _Decoder) -> list[ans.Table]:
        """One for every symbol of an image, in their order."""
        _, height, width = self.numbers_shape
        return [row for row in half.tables.tolist() for _ in range(height * width)]


def quantise(coefficients: Tensor, top: int) -> Tensor:
    """Integers from -top to top, as floats."""
    size = (coefficients.abs() + ROUND_UP).floor().clamp_max(top)
    return size * coefficients.sign()


def _patches(maps: Tensor, side: int) -> Tensor:
    """Maps (n, c, h, w) as patches (n * places, c * side * side)."""
    return nn.functional.unfold(maps.float(), side, stride=side).transpose(1, 2).flatten(0, 1)


def _fit_inverse(layer: nn.Conv2d, feature: Tensor, picture: Tensor) -> None:
    """The layer that takes features nearest to the pixels they were computed from."""
    seen = nn.functional.unfold(feature.float(), CELL + 2 * MARGIN, padding=MARGIN, stride=CELL)
    seen = seen.transpose(1, 2).flatten(0, 1)
    middle, wanted = seen.mean(0), _patches(picture, CELL)
    seen = seen - middle
    gram = seen.T @ seen
    gram += RIDGE * gram.diagonal().mean() * torch.eye(len(gram))
    inverse = torch.linalg.solve(gram, seen.T @ wanted)
    layer.weight.copy_(inverse.T.reshape_as(layer.weight))
    layer.bias.copy_(wanted.mean(0) - middle @ inverse)  # type: ignore[union-attr]


def _by_cells(basis: Tensor) -> Tensor:
    """Pictures (m, p, 8, 8) as weights (m, p * 4 * 4, 2, 2) on cells of 4 x 4 pixels."""
    cells = basis.unfold(2, CELL, CELL).unfold(3, CELL, CELL)  # m, p, block, block, cell, cell
    return cells.permute(0, 1, 4, 5, 2, 3).flatten(1, 3)


def _entropy(symbols: Tensor) -> float:
    """Bits of all rows (n, m) where each column has a table of its own."""
    total = 0.0
    for column in symbols.T.long():
        counts = column.unique(return_counts=True)[1].double()
        total -= float((counts * (counts / len(column)).log2()).sum())
    return total


def _flat(numbers: int, top: int) -> Tensor:
    table = ans.table_of(np.ones(2 * top + 1, np.int64))
    return torch.from_numpy(table).repeat(numbers, 1)


def _write(symbols: Sequence[int], tables: Sequence[ans.Table]) -> Bits:
    state = ans.encode(symbols, tables)
    n_bits = state.bit_length()
    return Bits((state << -n_bits % 8).to_bytes((n_bits + 7) // 8, "big"), n_bits)


def _read(message: Message, tables: Sequence[ans.Table], max_bits: int) -> list[int] | None:
    if not isinstance(message, Bits) or message.n_bits > max_bits:
        return None
    return ans.decode(int.from_bytes(message.data, "big") >> -message.n_bits % 8, tables)
