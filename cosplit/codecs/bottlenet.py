"""BottleNet++: a convolutional auto-encoder around the link.

    feature (c, h, w) --conv 2x2 stride 2, BN, sigmoid--> (c', h/2, w/2) --2^b levels--> bits
    bits --> (c', h/2, w/2) --transposed conv 2x2 stride 2, BN, ReLU--> feature (c, h, w)

Source: J. Shao and J. Zhang, "BottleNet++: An End-to-End Approach for Feature Compression in
Device-Edge Co-Inference Systems", arXiv:1910.14315, section III; bits = elements * b. A map of odd
sides is not made smaller.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.fixed_length import pack, silence, unpack
from cosplit.codecs.levels import straight_through, to_codes, to_values
from cosplit.message import Message


class BottleNet(Codec):
    """`channels` channels at `bits` bits an element for a feature of `shape` (c, h, w)."""

    def __init__(self, shape: Sequence[int], channels: int, bits: int) -> None:
        super().__init__()
        c, h, w = shape
        stride = 1 if h % 2 or w % 2 else 2
        self.shape = c, h, w
        self.reduced = channels, h // stride, w // stride
        self.count = channels * (h // stride) * (w // stride)
        self.bits = bits
        self.max_bits = self.count * bits
        self.encoder = nn.Sequential(
            nn.Conv2d(c, channels, stride, stride, bias=False),
            nn.BatchNorm2d(channels),
            nn.Sigmoid(),
        )
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(channels, c, stride, stride, bias=False),
            nn.BatchNorm2d(c),
            nn.ReLU(),
        )

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """An even map at one bit, and an odd one at four."""
        feature = torch.rand(8, 6, 4, 4, generator=torch.Generator().manual_seed(0))
        even, odd = cls((6, 4, 4), channels=2, bits=1), cls((6, 3, 3), channels=2, bits=4)
        return [(even, feature), (odd, feature[:, :, :3, :3])]

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after rounding, straight-through."""
        decoded: Tensor = self.decoder(straight_through(self.encoder(feature).float(), self.bits))
        return decoded

    @torch.no_grad()
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """elements*bits bits for each feature (n, c, h, w)."""
        return pack(to_codes(self.encoder(feature).flatten(1), self.bits), self.bits)

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros for a message of another length."""
        codes, heard = unpack(received, self.count, self.bits)
        values = to_values(codes, self.bits).view(len(received), *self.reduced)
        return silence(self.decoder(values), heard)
