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
from cosplit.codecs.spatial import places_of, spatial_expansion, spatial_reduction


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
        self.shape = shape[0], shape[1], shape[2]
        height, width = places_of(shape, stride)
        self.places = height * width
        self.numbers_shape = groups * size, height, width
        self.groups = groups
        self.bits = bits
        self.max_bits = self.places * groups * bits
        codebook = torch.randn(groups, 2**bits, size)
        reduce = spatial_reduction(shape[0], stride, channels, groups * size)
        expand = spatial_expansion(shape[0], stride, channels, groups * size)
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
