"""Transform coding of a feature in which errors count by what they do to the answer.

    feature (c, h, w) --conv s x s--> patches (inner, h/s, w/s) --conv b x b--> coefficients
    coefficients --1 x 1, pixel shuffle--> patches --transposed conv s x s--> feature (c, h, w)

Both levels start in closed form, as Karhunen-Loeve transforms under a metric: the gradients of the
answer's logarithm by the feature say how much an error matters in each direction (the Fisher
information). Squared error alone would spend most bits on what the server never looks at. Then
everything trains, and the loss pays for bits above those asked for.

Source: Karhunen-Loeve transform and bit allocation, V. Goyal, IEEE Signal Processing Magazine
18(5), 2001; gradients as weights of an error, B. Hassibi and D. Stork, "Second order derivatives
for network pruning", NIPS 1992. It stands for the dimension reduction of arXiv:2006.02166.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, unfold

from cosplit.codec import Codec
from cosplit.codecs._entropy_coded import EntropyCoded, flat_tables
from cosplit.codecs.spatial import places_of

SHRINK = 0.2
"""Weight of the metric's own diagonal, for directions that few gradients have seen."""
LEAST = 1e-6
"""Of the largest eigenvalue of a metric or a variance: nothing is divided by less."""
CUT = 8.0
"""Training makes a few coefficients far larger than the rest."""
PART = 256
"""Images whose patches are laid out at a time."""


class _Encoder(nn.Module):
    scale: Tensor
    tables: Tensor

    def __init__(self, c: int, side: int, inner: int, block: int, numbers: int, top: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(c, inner, side, side)
        self.blocks = nn.Conv2d(inner, numbers, block, block)
        self.register_buffer("scale", torch.ones(numbers))
        self.register_buffer("tables", flat_tables(numbers, top))

    def forward(self, feature: Tensor) -> Tensor:
        coefficients: Tensor = self.blocks(self.patches(feature)).float()
        return coefficients * self.scale.view(-1, 1, 1)


class _Decoder(nn.Module):
    scale: Tensor
    tables: Tensor

    def __init__(self, c: int, side: int, inner: int, block: int, numbers: int, top: int) -> None:
        super().__init__()
        self.blocks = nn.Conv2d(numbers, inner * block**2, 1)
        self.shuffle = nn.PixelShuffle(block)
        self.patches = nn.ConvTranspose2d(inner, c, side, side)
        self.register_buffer("scale", torch.ones(numbers))
        self.register_buffer("tables", flat_tables(numbers, top))

    def forward(self, symbols: Tensor) -> Tensor:
        patches = self.shuffle(self.blocks(symbols / self.scale.view(-1, 1, 1)))
        feature: Tensor = self.patches(patches).relu()
        return feature


class WeightedTransform(EntropyCoded):
    """`numbers` coefficients for every block of `block` x `block` patches, which are `inner`
    numbers for `side` x `side` places each, of a feature of `shape` (c, h, w) that is not negative;
    fewer where there are no more.

    `calibrate` sets transforms, steps and tables for `bits` bits an image on average; after the
    layers have been trained, `settle` sets steps and tables anew.

    Raises:
        CosplitError: blocks of patches do not tile the map.
    """

    encoder: _Encoder
    decoder: _Decoder

    def __init__(
        self,
        shape: Sequence[int],
        side: int,
        inner: int,
        block: int,
        numbers: int,
        bits: float,
        top: int = 63,
    ) -> None:
        super().__init__()
        self.shape, self.bits = (shape[0], shape[1], shape[2]), bits
        inner = min(inner, shape[0] * side**2)
        numbers = min(numbers, inner * block**2)
        self._of_size(numbers, places_of(shape, side * block), top)
        sizes = (shape[0], side, inner, block, numbers, top)
        self.encoder, self.decoder = _Encoder(*sizes), _Decoder(*sizes)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Two patches of 2 x 2 places by two, all errors alike."""
        draw = torch.Generator().manual_seed(0)
        feature = torch.randn(64, 6, 4, 4, generator=draw).relu()
        gradient = torch.randn(64, 6, 4, 4, generator=draw)
        codec = cls((6, 4, 4), side=2, inner=8, block=2, numbers=16, bits=40)
        return [(codec.calibrate(feature, gradient), feature[:8])]

    @torch.no_grad()
    def calibrate(self, feature: Tensor, gradient: Tensor) -> "WeightedTransform":
        """Fit both levels to features (n, c, h, w) and gradients of the answer by them, of the same
        shape."""
        here, there = self.encoder, self.decoder
        side, block = here.patches.stride[0], here.blocks.stride[0]
        low = weighted_klt(feature, gradient, side, len(here.patches.weight))
        here.patches.weight.copy_(low.analysis.view_as(here.patches.weight))
        here.patches.bias.copy_(-low.analysis @ low.mean)  # type: ignore[union-attr]
        there.patches.weight.copy_(low.synthesis.T.reshape_as(there.patches.weight))
        there.patches.bias.copy_(feature.mean((0, 2, 3)))  # type: ignore[union-attr]

        patches = here.patches(feature)
        by_patch = conv2d(gradient, there.patches.weight, stride=side)  # the chain rule
        high = weighted_klt(patches, by_patch, block, len(here.blocks.weight))
        here.blocks.weight.copy_(high.analysis.view_as(here.blocks.weight))
        here.blocks.bias.copy_(-high.analysis @ high.mean)  # type: ignore[union-attr]
        there.blocks.weight.copy_(high.synthesis[:, :, None, None])
        there.blocks.bias.copy_(high.mean)  # type: ignore[union-attr]
        for half in (here, there):
            half.scale.copy_(high.spread / high.spread[0])
        return self.settle(feature, cut=1)

    @torch.no_grad()
    def settle(self, feature: Tensor, cut: float = CUT) -> "WeightedTransform":
        """Find the step at which these features (n, c, h, w) take the bits asked for, and count;
        what is up to `cut` times too large for the symbols is sent as the last of them."""
        step = self._step(self._rows(feature), len(feature), cut)
        for half in (self.encoder, self.decoder):
            half.scale.div_(step)
        self._count(self._rows(feature))
        return self


class Klt(NamedTuple):
    """numbers = analysis (k, d) @ (row - mean), of variance one; row = synthesis (d, k) @ numbers +
    mean; `spread` (k,) is what an error in each number weighs, the most first."""

    analysis: Tensor
    synthesis: Tensor
    mean: Tensor
    spread: Tensor


def weighted_klt(maps: Tensor, gradients: Tensor, side: int, k: int) -> Klt:
    """The k directions of patches of `side` x `side` places of `maps` (n, c, h, w) that weigh most,
    errors measured by the second moment of `gradients` (n, c, h, w)."""
    mean, second = _moments(maps, side)
    metric = _moments(gradients, side)[1]
    metric = (1 - SHRINK) * metric + SHRINK * metric.diagonal().diag()
    values, axes = torch.linalg.eigh(metric)
    roots = values.clamp_min(LEAST * values[-1]).sqrt()
    there, back = (axes * roots) @ axes.T, (axes / roots) @ axes.T
    weights, basis = torch.linalg.eigh(there @ (second - mean.outer(mean)) @ there)
    weights, basis = weights.flip(0)[:k], basis.flip(1)[:, :k]
    spread = weights.clamp_min(LEAST * weights[0]).sqrt()
    return Klt((there @ basis / spread).T, back @ basis * spread, mean, spread)


def _moments(maps: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Mean (d,) and second moment (d, d) of patches of d = c * side * side values."""
    total, squares, count = torch.zeros(()), torch.zeros(()), 0
    for part in torch.split(maps, PART):
        rows = unfold(part, side, stride=side).transpose(1, 2).flatten(0, 1)
        total, squares, count = total + rows.sum(0), squares + rows.T @ rows, count + len(rows)
    return total / count, squares / count
