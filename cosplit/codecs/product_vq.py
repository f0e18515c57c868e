"""Learned source coding: product vector quantisation of a feature reduced to a short vector.

    feature --conv, FC, BN--> z (m, d/m) --nearest of 2^b codewords a group--> m indices, m*b bits
    m*b bits --> codewords (m, d/m) --FC, transposed conv--> feature

Source: "Learned source coding" of arXiv:2006.02166; how codewords are learned: `codebook`.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cosplit.codec import Codec
from cosplit.codecs._vq import VqCodec, VqDecoder, VqEncoder
from cosplit.codecs.reduction import expansion, reduction
from cosplit.errors import CosplitError


class ProductVq(VqCodec):
    """`groups` groups of 2^bits codewords that share `dimension` numbers: groups*bits bits.

    `hidden`: the channels of a deeper reduction (`reduction`), 0 for the plain one.

    Raises:
        CosplitError: `groups` does not divide `dimension`.
    """

    places = 1

    def __init__(
        self,
        shape: Sequence[int],
        channels: int,
        dimension: int,
        groups: int,
        bits: int,
        hidden: int = 0,
    ) -> None:
        super().__init__()
        if dimension % groups:
            raise CosplitError(f"{groups} groups do not divide {dimension} dimensions")
        self.shape = shape[0], shape[1], shape[2]
        self.groups = groups
        self.bits = bits
        self.max_bits = groups * bits
        self.numbers_shape = (dimension,)
        codebook = torch.randn(groups, 2**bits, dimension // groups)
        reduce = reduction(self.shape, channels, dimension, hidden)
        self.encoder = VqEncoder(reduce, nn.BatchNorm1d(dimension, affine=False), codebook)
        self.decoder = VqDecoder(expansion(self.shape, channels, dimension), codebook)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """One group of 16 codewords, two of 32, and two behind a deeper reduction."""
        feature = torch.rand(8, 6, 4, 4, generator=torch.Generator().manual_seed(0))
        one = cls((6, 4, 4), channels=3, dimension=4, groups=1, bits=4)
        two = cls((6, 4, 4), channels=3, dimension=6, groups=2, bits=5)
        deep = cls((6, 4, 4), channels=3, dimension=6, groups=2, bits=5, hidden=4)
        return [(one, feature), (two, feature), (deep, feature)]

    def take_over(self, code: "ProductVq") -> None:
        """Start at the first layers of a longer code's reduction."""
        self.encoder.reduce[0].load_state_dict(code.encoder.reduce[0].state_dict())

    def vectors(self, numbers: Tensor) -> Tensor:
        """Numbers (n, d) as vectors (n, m, d/m)."""
        return numbers.view(len(numbers), self.groups, self.numbers_shape[0] // self.groups)

    def numbers(self, vectors: Tensor, shape: Sequence[int]) -> Tensor:
        """The way back."""
        return vectors.reshape(*shape)
