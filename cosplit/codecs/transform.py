"""Transform coding of the feature behind a first layer: what has hardly been computed is a picture.

    feature (c, h, w) --conv s x s--> coefficients (m, h/s, w/s) --round, entropy code--> bits
    bits --> coefficients --transposed conv s x s--> picture (p, h, w) --conv 3 x 3--> feature

The convolutions start in closed form: the least-squares inverse of the layer, followed by the
Karhunen-Loeve transform of the picture's patches; the second layer of the decoder is meant to start
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

TOP = 127
"""Symbols are integers from -TOP to TOP."""
ROUND_UP = 0.4
"""Magnitudes are rounded up from here on: zeros are cheap, and many values lie near them."""
RIDGE = 1e-4
STEPS = 20


class _Encoder(nn.Module):
    tables: Tensor

    def __init__(self, shape: Sequence[int], stride: int, numbers: int) -> None:
        super().__init__()
        self.transform = nn.Conv2d(shape[0], numbers, stride, stride)
        self.register_buffer("tables", _flat(numbers))

    def forward(self, feature: Tensor) -> Tensor:
        coefficients: Tensor = self.transform(feature)
        return coefficients.float()


class _Decoder(nn.Module):
    tables: Tensor

    def __init__(self, shape: Sequence[int], stride: int, numbers: int, planes: int) -> None:
        super().__init__()
        self.picture = nn.ConvTranspose2d(numbers, planes, stride, stride)
        self.layer = nn.Conv2d(planes, shape[0], 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(shape[0])
        self.register_buffer("tables", _flat(numbers))

    def take_over(self, conv: nn.Module, norm: nn.Module) -> None:
        """Start at the layer that computed the feature from its picture."""
        self.layer.load_state_dict(conv.state_dict())
        self.norm.load_state_dict(norm.state_dict())

    def forward(self, coefficients: Tensor) -> Tensor:
        feature: Tensor = self.norm(self.layer(self.picture(coefficients))).relu()
        return feature


class TransformCode(Codec):
    """Patches of `stride` x `stride` places of a feature of `shape` (c, h, w) that was computed
    from a picture of `planes` planes of the same height and width.

    `calibrate` sets transform, step and tables. Messages differ in length and pay for naming it.

    Raises:
        CosplitError: `stride` does not divide height and width.
    """

    encoder: _Encoder
    decoder: _Decoder

    def __init__(self, shape: Sequence[int], stride: int, planes: int) -> None:
        super().__init__()
        self.shape = shape[0], shape[1], shape[2]
        numbers = planes * stride**2
        self.stride = stride
        self.numbers_shape = numbers, *places_of(shape, stride)
        count = torch.Size(self.numbers_shape).numel()
        self.max_bits = 1 + count * ans.PRECISION
        self.encoder = _Encoder(shape, stride, numbers)
        self.decoder = _Decoder(shape, stride, numbers, planes)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Patches of 2 x 2, calibrated on the features themselves."""
        draw = torch.Generator().manual_seed(0)
        picture = torch.randn(8, 3, 4, 4, generator=draw)
        feature = torch.einsum("nphw,cp->nchw", picture, torch.randn(6, 3, generator=draw)).relu()
        return [(cls((6, 4, 4), stride=2, planes=3).calibrate(feature, picture, 60), feature)]

    @torch.no_grad()
    def calibrate(self, feature: Tensor, picture: Tensor, bits: float) -> "TransformCode":
        """Fit both transforms to features (n, c, h, w) and their pictures (n, p, h, w), find the
        step at which an image of them takes `bits` bits on average, and count the symbols."""
        mean = picture.mean((0, 2, 3))
        patches = _patches(picture - mean[:, None, None], self.stride)
        basis = torch.linalg.eigh(patches.T @ patches).eigenvectors.flip(1)
        seen = _patches(feature, self.stride)
        middle = seen.mean(0)
        inverse = _ridge(seen - middle, patches @ basis)
        step = self._step((seen - middle) @ inverse, len(feature), bits)
        self._set(inverse / step, middle, basis * step, mean)
        self._count((seen - middle) @ inverse / step)
        return self

    def _step(self, coefficients: Tensor, n: int, bits: float) -> float:
        """By bisection on its logarithm: a longer step takes fewer bits."""
        largest = float(coefficients.abs().max())
        short, long = largest / TOP, 2 * largest
        for _ in range(STEPS):
            middle = (short * long) ** 0.5
            needed = _entropy(quantise(coefficients / middle)) / n
            short, long = (middle, long) if needed > bits else (short, middle)
        return long

    def _set(self, analysis: Tensor, middle: Tensor, synthesis: Tensor, mean: Tensor) -> None:
        here, there = self.encoder.transform, self.decoder.picture
        here.weight.copy_(analysis.T.reshape_as(here.weight))
        there.weight.copy_(synthesis.T.reshape_as(there.weight))
        here.bias.copy_(-middle @ analysis)  # type: ignore[union-attr]
        there.bias.copy_(mean)  # type: ignore[union-attr]

    def _count(self, coefficients: Tensor) -> None:
        symbols = quantise(coefficients).long() + TOP
        counts = [row.bincount(minlength=2 * TOP + 1).numpy() for row in symbols.T]
        tables = np.stack([ans.table_of(row) for row in counts])
        for half in (self.encoder, self.decoder):
            half.tables.copy_(torch.from_numpy(tables))

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after rounding, straight-through."""
        coefficients = self.encoder(feature)
        rounded = coefficients + (quantise(coefficients) - coefficients).detach()
        decoded: Tensor = self.decoder(rounded)
        return decoded

    @torch.no_grad()
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """One message a feature (n, c, h, w), at most `max_bits` long."""
        tables = self._tables(self.encoder)
        symbols = quantise(self.encoder(feature)).flatten(1).long() + TOP
        return [_write(image, tables) for image in symbols.tolist()]

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros for what no feature is coded as."""
        tables = self._tables(self.decoder)
        read = [_read(message, tables, self.max_bits or 0) for message in received]
        heard = torch.tensor([symbols is not None for symbols in read], dtype=torch.bool)
        rows = [[TOP] * len(tables) if symbols is None else symbols for symbols in read]
        coefficients = torch.tensor(rows).view(-1, *self.numbers_shape).float() - TOP
        return silence(self.decoder(coefficients), heard)

    def _tables(self, half: _Encoder | _Decoder) -> list[ans.Table]:
        """One for every symbol of an image, in their order."""
        _, height, width = self.numbers_shape
        return [row for row in half.tables.tolist() for _ in range(height * width)]


def quantise(coefficients: Tensor) -> Tensor:
    """Integers from -TOP to TOP, as floats."""
    size = (coefficients.abs() + ROUND_UP).floor().clamp_max(TOP)
    return size * coefficients.sign()


def _patches(maps: Tensor, side: int) -> Tensor:
    """Maps (n, c, h, w) as patches (n * places, c * side * side)."""
    return nn.functional.unfold(maps.float(), side, stride=side).transpose(1, 2).flatten(0, 1)


def _ridge(seen: Tensor, wanted: Tensor) -> Tensor:
    """The matrix that takes rows of `seen` nearest to those of `wanted`."""
    gram = seen.T @ seen
    gram += RIDGE * gram.diagonal().mean() * torch.eye(len(gram))
    solution: Tensor = torch.linalg.solve(gram, seen.T @ wanted)
    return solution


def _entropy(symbols: Tensor) -> float:
    """Bits of all rows (n, m) where each column has a table of its own."""
    total = 0.0
    for column in symbols.T.long() + TOP:
        counts = column.bincount()[column.unique()].double()
        total -= float((counts * (counts / len(column)).log2()).sum())
    return total


def _flat(numbers: int) -> Tensor:
    table = ans.table_of(np.ones(2 * TOP + 1, np.int64))
    return torch.from_numpy(table).repeat(numbers, 1)


def _write(symbols: Sequence[int], tables: Sequence[ans.Table]) -> Bits:
    state = ans.encode(symbols, tables)
    n_bits = state.bit_length()
    return Bits((state << -n_bits % 8).to_bytes((n_bits + 7) // 8, "big"), n_bits)


def _read(message: Message, tables: Sequence[ans.Table], max_bits: int) -> list[int] | None:
    if not isinstance(message, Bits) or message.n_bits > max_bits:
        return None
    return ans.decode(int.from_bytes(message.data, "big") >> -message.n_bits % 8, tables)
