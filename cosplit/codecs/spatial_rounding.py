"""Learned source coding place by place with rounding in place of a learned codebook.

    feature (c, h, w) --conv s x s, conv 3x3, BN, sigmoid--> (m, h/s, w/s) --2^b levels--> bits
    bits --> (m, h/s, w/s) --conv 3x3, transposed conv s x s--> feature (c, h, w)

Source: dimension reduction and quantisation of arXiv:2006.02166. For what an early layer sees the
layers are `spatial`. Finite scalar quantisation (F. Mentzer et al., arXiv:2309.15505): the layers
learn what the fixed levels mean, no codeword can die, and every number has a full gradient.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.fixed_length import pack, silence, unpack
from cosplit.codecs.levels import straight_through, to_codes, to_values
from cosplit.codecs.spatial import places_of, spatial_expansion, spatial_reduction
from cosplit.message import Message

PROBIT = 1.7
"""sigmoid(1.7 x) is nearly the normal distribution function: all levels are used alike."""


class SpatialRounding(Codec):
    """`size` numbers of `bits` bits for every patch of `stride` x `stride` places of a feature.

    `channels` are the inner width of encoder and decoder. Features of another height and width than
    `shape` (c, h, w) says pass `forward` as well.

    Raises:
        CosplitError: `stride` does not divide height and width.
    """

    def __init__(
        self, shape: Sequence[int], stride: int, channels: int, size: int, bits: int
    ) -> None:
        super().__init__()
        self.shape = shape[0], shape[1], shape[2]
        self.numbers_shape = size, *places_of(shape, stride)
        self.count = torch.Size(self.numbers_shape).numel()
        self.bits = bits
        self.max_bits = self.count * bits
        reduce = spatial_reduction(shape[0], stride, channels, size)
        self.encoder = nn.Sequential(reduce, nn.BatchNorm2d(size, affine=False), _Probit())
        self.decoder = spatial_expansion(shape[0], stride, channels, size)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Three numbers of two bits at 2 x 2 places."""
        feature = torch.rand(8, 6, 4, 4, generator=torch.Generator().manual_seed(0))
        return [(cls((6, 4, 4), stride=2, channels=3, size=3, bits=2), feature)]

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after rounding, straight-through."""
        numbers = straight_through(self.encoder(feature).float(), self.bits)
        decoded: Tensor = self.decoder(2 * numbers - 1)
        return decoded

    @torch.no_grad()
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """count * bits bits for each feature (n, c, h, w)."""
        return pack(to_codes(self.encoder(feature), self.bits).flatten(1), self.bits)

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros for a message of another length."""
        codes, heard = unpack(received, self.count, self.bits)
        numbers = to_values(codes, self.bits).view(-1, *self.numbers_shape)
        return silence(self.decoder(2 * numbers - 1), heard)


class _Probit(nn.Module):
    def forward(self, numbers: Tensor) -> Tensor:
        return torch.sigmoid(PROBIT * numbers)
