"""Joint source-channel coding: the feature becomes channel symbols that bear noise.

    feature, level --conv, FC--> z --+-- awgn: z scaled to mean power 1 in every message --> symbols
                                     +-- bsc:  sign of z, straight-through ---------------> bits
    symbols or +-1 through the channel, level --FC, transposed conv--> feature

Source: "Joint source-channel coding" of arXiv:2006.02166: the channel is a layer without weights.
One model a kind of channel and width; the level (SNR in dB, or flip rate), known at both ends, is
an input of both halves, and the training loss draws it with the channel it passes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.fixed_length import pack, silence, unpack
from cosplit.codecs.product_vq import ProductVq
from cosplit.codecs.reduction import expansion, reduction
from cosplit.errors import unknown
from cosplit.message import Message, Symbols

HIDDEN = 64
LOUDEST = 1e3
"""Received symbols are clipped here, so that no message can overflow the decoder."""
QUIET: Mapping[str, float] = {"awgn": 20.0, "bsc": 0.0}
"""The level taken where there is no channel."""
SCALE: Mapping[str, float] = {"awgn": 0.1, "bsc": 5.0}
"""Brings levels to the order of 1."""


class _Encoder(nn.Module):
    reduce: Any

    def __init__(self, reduce: nn.Sequential, uses: int) -> None:
        super().__init__()
        self.reduce = nn.Sequential(reduce, nn.ReLU())
        self.out = nn.Linear(HIDDEN + 1, uses)

    def forward(self, feature: Tensor, level: float) -> Tensor:
        return _with_level(self.out, self.reduce(feature), level).float()


class _Decoder(nn.Module):
    def __init__(self, expand: nn.Sequential, uses: int) -> None:
        super().__init__()
        self.into = nn.Linear(uses + 1, HIDDEN)
        self.expand = nn.Sequential(nn.ReLU(), expand)

    def forward(self, values: Tensor, level: float) -> Tensor:
        decoded: Tensor = self.expand(_with_level(self.into, values, level))
        return decoded


def _with_level(layer: nn.Module, values: Tensor, level: float) -> Tensor:
    result: Tensor = layer(torch.cat([values, values.new_full((len(values), 1), level)], 1))
    return result


def normalise(values: Tensor) -> Tensor:
    """Rows (n, uses) scaled to mean power 1, a hair below it so that rounding cannot pass it."""
    power = values.square().mean(1, keepdim=True)
    return values * torch.rsqrt(power + 1e-12) * (1 - 1e-6)


class Jscc(Codec):
    """`uses` channel uses for a feature of `shape` (c, h, w); `kind` is `awgn` or `bsc`;
    `hidden`: the channels of a deeper reduction, 0 for the plain one.

    Raises:
        CosplitError: another `kind`.
    """

    encoder: _Encoder
    decoder: _Decoder

    def __init__(
        self, shape: Sequence[int], channels: int, uses: int, kind: str, hidden: int = 0
    ) -> None:
        super().__init__()
        if kind not in QUIET:
            raise unknown("channel kind", kind, QUIET)
        self.shape = shape[0], shape[1], shape[2]
        self.uses = uses
        self.designed_for = kind
        self.max_bits = uses if kind == "bsc" else None
        self.max_uses = uses if kind == "awgn" else None
        self.encoder = _Encoder(reduction(self.shape, channels, HIDDEN, hidden), uses)
        self.decoder = _Decoder(expansion(self.shape, channels, HIDDEN), uses)

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Both kinds, nine uses."""
        feature = torch.rand(8, 6, 4, 4, generator=torch.Generator().manual_seed(0))
        kinds = [cls((6, 4, 4), channels=3, uses=9, kind=kind) for kind in QUIET]
        return [(codec, feature) for codec in kinds]

    def take_over(self, code: ProductVq) -> None:
        """Start at the deep layers of a source code's reduction."""
        self.encoder.reduce[0][0].load_state_dict(code.encoder.reduce[0].state_dict())

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature from what `channel` leaves of the symbols."""
        level = self._level(channel.level if channel else None)
        sent = self._modulate(self.encoder(feature, level))
        received = channel.transmit(sent, noise) if channel and noise is not None else sent
        decoded: Tensor = self.decoder(received, level)
        return decoded

    @torch.no_grad()
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """`uses` symbols (awgn) or bits (bsc) for each feature (n, c, h, w)."""
        sent = self._modulate(self.encoder(feature, self._level(level)))
        if self.designed_for == "bsc":
            return pack((sent > 0).long(), 1)
        return [Symbols(row.tobytes()) for row in sent.cpu().numpy().astype("<f4")]

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros for a message of another kind or length."""
        if self.designed_for == "bsc":
            codes, heard = unpack(received, self.uses, 1)
            values = codes.float() * 2 - 1
        else:
            values, heard = _read_symbols(received, self.uses)
        return silence(self.decoder(values, self._level(level)), heard)

    def _level(self, level: float | None) -> float:
        kind = self.designed_for or ""
        return SCALE[kind] * (QUIET[kind] if level is None else level)

    def _modulate(self, values: Tensor) -> Tensor:
        if self.designed_for == "awgn":
            return normalise(values)
        soft = values.tanh()
        return soft + (torch.where(soft < 0, -1.0, 1.0) - soft).detach()


def _read_symbols(received: Sequence[Message], uses: int) -> tuple[Tensor, Tensor]:
    rows = np.zeros((len(received), uses), np.float32)
    heard = torch.zeros(len(received), dtype=torch.bool)
    for i, message in enumerate(received):
        if isinstance(message, Symbols) and message.n_uses == uses:
            rows[i] = message.values()
            heard[i] = bool(np.isfinite(rows[i]).all())
    rows = np.nan_to_num(rows, posinf=LOUDEST, neginf=-LOUDEST).clip(-LOUDEST, LOUDEST)
    return torch.from_numpy(rows), heard
