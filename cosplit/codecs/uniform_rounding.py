"""Uniform rounding after dimension reduction: the ablation of learned codewords.

    feature --conv, FC, sigmoid--> d numbers --round to 2^b levels--> d*b bits
    d*b bits --> d numbers --FC, transposed conv--> feature

Source: the dimension reduction of arXiv:2006.02166 (cosplit.codecs.reduction), with the learned
codewords of its source coding replaced by scalar rounding at the same number of bits.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.fixed_length import pack, silence, unpack
from cosplit.codecs.levels import straight_through, to_codes, to_values
from cosplit.codecs.reduction import expansion, reduction
from cosplit.message import Message


class UniformRounding(Codec):
    """`dimension` numbers of `bits` bits each for a feature of `shape` (c, h, w)."""

    def __init__(self, shape: Sequence[int], channels: int, dimension: int, bits: int) -> None:
        super().__init__()
        self.shape = shape[0], shape[1], shape[2]
        self.dimension = dimension
        self.bits = bits
        self.max_bits = dimension * bits
        self.encoder = nn.Sequential(reduction(self.shape, channels, dimension), nn.Sigmoid())
        self.decoder = expansion(self.shape, channels, dimension)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Five numbers of three bits."""
        feature = torch.rand(8, 6, 4, 4, generator=torch.Generator().manual_seed(0))
        return [(cls((6, 4, 4), channels=3, dimension=5, bits=3), feature)]

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after rounding, straight-through."""
        decoded: Tensor = self.decoder(straight_through(self.encoder(feature).float(), self.bits))
        return decoded

    @torch.no_grad()
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """dimension*bits bits for each feature (n, c, h, w)."""
        return pack(to_codes(self.encoder(feature), self.bits), self.bits)

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros for a message of another length."""
        codes, heard = unpack(received, self.dimension, self.bits)
        return silence(self.decoder(to_values(codes, self.bits)), heard)
