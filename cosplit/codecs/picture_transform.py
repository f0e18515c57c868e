"""Transform coding of the feature behind a first layer: what has hardly been computed is a picture.

    feature (c, h, w) --conv--> pixels of 4 x 4 places --conv 2 x 2--> coefficients (m, h/8, w/8)
    coefficients --transposed conv 8 x 8--> picture (p, h, w) --conv 3 x 3--> feature (c, h, w)

The convolutions start in closed form: the least-squares inverse of the layer, then the
Karhunen-Loeve transform of the picture's patches; the last layer of the decoder is meant to start
as a copy of the device's own. `_entropy_coded` says how coefficients become bits.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cosplit.codec import Codec
from cosplit.codecs._entropy_coded import EntropyCoded, flat_tables
from cosplit.codecs.spatial import places_of

CELL, MARGIN = 4, 1
"""The inverse makes cells of 4 x 4 pixels, from features up to one place around them."""
BLOCK = 2
SIDE = CELL * BLOCK
"""Patches of 2 x 2 cells are transformed."""
RIDGE = 1e-4


class _Encoder(nn.Module):
    tables: Tensor

    def __init__(self, shape: Sequence[int], planes: int, numbers: int, top: int) -> None:
        super().__init__()
        pixels = planes * CELL**2
        self.invert = nn.Conv2d(shape[0], pixels, CELL + 2 * MARGIN, CELL, MARGIN)
        self.transform = nn.Conv2d(pixels, numbers, BLOCK, BLOCK, bias=False)
        self.register_buffer("tables", flat_tables(numbers, top))

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
        self.register_buffer("tables", flat_tables(numbers, top))

    def take_over(self, conv: nn.Module, norm: nn.Module) -> None:
        """Start at the layer that computed the feature from its picture."""
        self.layer.load_state_dict(conv.state_dict())
        self.norm.load_state_dict(norm.state_dict())

    def forward(self, coefficients: Tensor) -> Tensor:
        feature: Tensor = self.norm(self.layer(self.picture(coefficients))).relu()
        return feature


class PictureTransform(EntropyCoded):
    """`numbers` coefficients for every patch of 8 x 8 places of a feature of `shape` (c, h, w) that
    was computed from a picture of `planes` planes of the same height and width. `calibrate` sets
    inverse, transform, step and tables for `bits` bits an image.

    Raises:
        CosplitError: patches of 8 x 8 do not tile the map.
    """

    encoder: _Encoder
    decoder: _Decoder

    def __init__(
        self, shape: Sequence[int], planes: int, numbers: int, bits: float, top: int = 127
    ) -> None:
        super().__init__()
        self.shape, self.bits = (shape[0], shape[1], shape[2]), bits
        self._of_size(numbers, places_of(shape, SIDE), top)
        self.encoder = _Encoder(shape, planes, numbers, top)
        self.decoder = _Decoder(shape, planes, numbers, top)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """One patch, calibrated on the features themselves."""
        draw = torch.Generator().manual_seed(0)
        picture = torch.randn(64, 3, 8, 8, generator=draw)
        feature = torch.einsum("nphw,cp->nchw", picture, torch.randn(6, 3, generator=draw)).relu()
        codec = cls((6, 8, 8), planes=3, numbers=100, bits=200)
        return [(codec.calibrate(feature, picture), feature[:8])]

    @torch.no_grad()
    def calibrate(self, feature: Tensor, picture: Tensor) -> "PictureTransform":
        """Fit both transforms to features (n, c, h, w) and their pictures (n, p, h, w), find the
        step, and count the symbols."""
        mean = picture.mean((0, 2, 3), keepdim=True)
        here, there = self.encoder, self.decoder.picture
        _fit_inverse(here.invert, feature, picture - mean)
        blocks = _patches(picture - mean, SIDE)
        basis = torch.linalg.eigh(blocks.T @ blocks).eigenvectors.flip(1)
        basis = basis[:, : self.numbers_shape[0]].T.unflatten(1, (-1, SIDE, SIDE))
        here.transform.weight.copy_(_by_cells(basis))
        step = self._step(self._rows(feature), len(feature))
        here.transform.weight.div_(step)
        there.weight.copy_(basis * step)
        there.bias.copy_(mean.flatten())  # type: ignore[union-attr]
        self._count(self._rows(feature))
        return self


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
