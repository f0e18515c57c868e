"""Learned source coding of an early feature: product vector quantisation place by place.

    feature (c, h, w) --conv s x s, conv 3x3, BN--> z (m * d, h/s, w/s)
    z --nearest of 2^b codewords a group, the same codebook at every place--> h/s * w/s * m * b bits
    bits --> codewords (m * d, h/s, w/s) --conv 3x3, transposed conv s x s--> feature (c, h, w)

Source: "Learned source coding" of arXiv:2006.02166, with the fully connected layer of its
dimension reduction replaced by a convolution: what an early layer sees is local, and a layer that
connects all of it would have millions of weights. Spatial codes: arXiv:1711.00937.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cosplit.codec import Codec
from cosplit.codecs._vq import VqCodec, VqDecoder, VqEncoder
from cosplit.errors import CosplitError


class SpatialVq(VqCodec):
    """`groups` codes of `bits` bits for every patch of `stride` x `stride` places of a feature.

    `channels` are the inner width of encoder and decoder, `size` the numbers of a codeword.
    Features of another height and width than `shape` says pass `forward` as well.

    Raises:
        CosplitError: `stride` does not divide height and width.
    """

    def __init__(
        self, shape: Sequence[int], stride: int, channels: int, groups: int, size: int, bits: int
    ) -> None:
        super().__init__()
        c, h, w = shape
        if h % stride or w % stride:
            raise CosplitError(f"patches of {stride} x {stride} do not tile a map of {h} x {w}")
        self.shape = c, h, w
        self.places = (h // stride) * (w // stride)
        self.numbers_shape = groups * size, h // stride, w // stride
        self.groups = groups
        self.bits = bits
        self.max_bits = self.places * groups * bits
        codebook = torch.randn(groups, 2**bits, size)
        reduce, expand = _layers(c, stride, channels, groups * size)
        norm = nn.BatchNorm2d(groups * size, affine=False)
        self.encoder = VqEncoder(reduce, norm, codebook)
        self.decoder = VqDecoder(expand, codebook)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Two groups on 2 x 2 places."""
        feature = torch.rand(8, 6, 4, 4, generator=torch.Generator().manual_seed(0))
        return [(cls((6, 4, 4), stride=2, channels=3, groups=2, size=3, bits=4), feature)]

    def vectors(self, numbers: Tensor) -> Tensor:
        """Numbers (n, m * d, h, w) as vectors (n * h * w, m, d)."""
        return numbers.permute(0, 2, 3, 1).reshape(-1, self.groups, numbers.shape[1] // self.groups)

    def numbers(self, vectors: Tensor, shape: Sequence[int]) -> Tensor:
        """The way back."""
        n, channels, height, width = shape
        return vectors.reshape(n, height, width, channels).permute(0, 3, 1, 2)


def _layers(
    c: int, stride: int, channels: int, numbers: int
) -> tuple[nn.Sequential, nn.Sequential]:
    reduce = nn.Sequential(
        nn.Conv2d(c, channels, stride, stride, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.Conv2d(channels, numbers, 3, padding=1),
    )
    expand = nn.Sequential(
        nn.Conv2d(numbers, channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.ConvTranspose2d(channels, c, stride, stride, bias=False),
        nn.BatchNorm2d(c),
        nn.ReLU(),
    )
    return reduce, expand
