"""Learned source coding: product vector quantisation of a reduced feature.

    feature --conv, FC, BN--> z (m, d/m) --nearest of 2^b codewords a group--> m indices, m*b bits
    m*b bits --> codewords (m, d/m) --FC, transposed conv--> feature

Source: "Learned source coding" of arXiv:2006.02166; the codebook follows an exponential moving
average and the gradient goes straight through as in A. van den Oord et al., "Neural Discrete
Representation Learning", arXiv:1711.00937, section 3.2 and appendix A.1. A codeword that hardly
any feature chooses restarts at a feature of the batch, whose order is random already; so does every
codeword at the first step.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.fixed_length import pack, silence, unpack
from cosplit.codecs.reduction import expansion, reduction
from cosplit.errors import CosplitError
from cosplit.message import Message

DECAY = 0.95
COMMITMENT = 0.25
DEAD = 0.1
"""A codeword is dead below this share of the use it would have if all were used alike."""


class _Encoder(nn.Module):
    codebook: Tensor
    usage: Tensor

    def __init__(self, reduce: nn.Sequential, codebook: Tensor) -> None:
        super().__init__()
        self.reduce = reduce
        self.norm = nn.BatchNorm1d(codebook.shape[0] * codebook.shape[2], affine=False)
        self.register_buffer("codebook", codebook.clone())
        self.register_buffer("usage", torch.zeros(codebook.shape[:2]))

    def forward(self, feature: Tensor) -> Tensor:
        groups, _, size = self.codebook.shape
        vector: Tensor = self.norm(self.reduce(feature).float())
        return vector.view(-1, groups, size)

    def nearest(self, vectors: Tensor) -> Tensor:
        """Indices (n, m) of the nearest codewords: |z - c|^2 less |z|^2, as matrix products."""
        with torch.autocast(vectors.device.type, enabled=False):
            products = torch.einsum("ngd,gkd->ngk", vectors, self.codebook)
        return (products - self.codebook.square().sum(2) / 2).argmax(2)

    def follow(self, vectors: Tensor, codes: Tensor) -> None:
        """Move every codeword towards the mean of the vectors that chose it."""
        groups, size, _ = self.codebook.shape
        rows = (codes + size * torch.arange(groups)).flatten()
        share = rows.bincount(minlength=groups * size).view(groups, size) / len(vectors)
        sums = torch.zeros_like(self.codebook).flatten(0, 1)
        sums.index_add_(0, rows, vectors.flatten(0, 1))
        pull = sums.view_as(self.codebook) / len(vectors) - share[..., None] * self.codebook
        self.usage.mul_(DECAY).add_(share, alpha=1 - DECAY)
        self.codebook.add_((1 - DECAY) * pull / self.usage.clamp_min(1e-6)[..., None])

    def restart(self, vectors: Tensor) -> None:
        """Put dead codewords where features are: codeword k at feature k of the batch."""
        size = self.codebook.shape[1]
        dead = self.usage < DEAD / size
        fresh = vectors[torch.arange(size) % len(vectors)].transpose(0, 1)
        self.codebook.copy_(torch.where(dead[..., None], fresh, self.codebook))
        self.usage.masked_fill_(dead, 1 / size)


class _Decoder(nn.Module):
    codebook: Tensor

    def __init__(self, expand: nn.Sequential, codebook: Tensor) -> None:
        super().__init__()
        self.expand = expand
        self.register_buffer("codebook", codebook.clone())

    def lookup(self, codes: Tensor) -> Tensor:
        """Codewords (n, m, d/m) for indices (n, m)."""
        return self.codebook[torch.arange(len(self.codebook)), codes]

    def forward(self, vectors: Tensor) -> Tensor:
        decoded: Tensor = self.expand(vectors.flatten(1))
        return decoded


class ProductVq(Codec):
    """`groups` groups of 2^bits codewords that share `dimension` numbers: groups*bits bits.

    The codebook (groups, 2^bits, dimension/groups), float32, is a buffer of the encoder and an
    equal one of the decoder. After a `forward` in training `auxiliary_loss` is the commitment
    loss, to be added to the task's.

    Raises:
        CosplitError: `groups` does not divide `dimension`.
    """

    encoder: _Encoder
    decoder: _Decoder

    def __init__(
        self, shape: Sequence[int], channels: int, dimension: int, groups: int, bits: int
    ) -> None:
        super().__init__()
        if dimension % groups:
            raise CosplitError(f"{groups} groups do not divide {dimension} dimensions")
        self.shape = shape[0], shape[1], shape[2]
        self.groups = groups
        self.bits = bits
        self.max_bits = groups * bits
        codebook = torch.randn(groups, 2**bits, dimension // groups)
        self.encoder = _Encoder(reduction(self.shape, channels, dimension), codebook)
        self.decoder = _Decoder(expansion(self.shape, channels, dimension), codebook)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """One group of 16 codewords, and two of 32."""
        feature = torch.rand(8, 6, 4, 4, generator=torch.Generator().manual_seed(0))
        one = cls((6, 4, 4), channels=3, dimension=4, groups=1, bits=4)
        two = cls((6, 4, 4), channels=3, dimension=6, groups=2, bits=5)
        return [(one, feature), (two, feature)]

    def train(self, mode: bool = True) -> "ProductVq":
        """As in `nn.Module`; forgets the last batch's loss."""
        self.auxiliary_loss = 0.0
        super().train(mode)
        return self

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after quantisation, straight-through; in training the codebook follows."""
        vectors = self.encoder(feature)
        if self.training:
            self.encoder.restart(vectors.detach())
        codes = self.encoder.nearest(vectors.detach())
        chosen = self.encoder.codebook[torch.arange(self.groups), codes]
        if self.training:
            self.auxiliary_loss = COMMITMENT * mse_loss(vectors, chosen)
            self.encoder.follow(vectors.detach(), codes)
            self.decoder.codebook.copy_(self.encoder.codebook)
        decoded: Tensor = self.decoder(vectors + (chosen - vectors).detach())
        return decoded

    @torch.no_grad()
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """groups*bits bits for each feature (n, c, h, w)."""
        return pack(self.encoder.nearest(self.encoder(feature)), self.bits)

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros for a message of another length."""
        codes, heard = unpack(received, self.groups, self.bits)
        return silence(self.decoder(self.decoder.lookup(codes)), heard)
