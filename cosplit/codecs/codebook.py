"""Codewords that follow their features: product vector quantisation's moving part.

    vectors (n, m, s) --nearest of K codewords a group--> codes (n, m) --lookup--> (n, m, s)

Source: A. van den Oord et al., "Neural Discrete Representation Learning", arXiv:1711.00937,
appendix A.1: every codeword is the exponential moving average of the vectors that chose it. One
that hardly any vector chooses restarts at a vector of the batch, whose order is random already; so
does every codeword at the first step. Codewords are float32 (m, K, s), `usage` (m, K).
"""

import torch
from torch import Tensor

DECAY = 0.95
DEAD = 0.1
"""A codeword is dead below this share of the use it would have if all were used alike."""


def nearest(codewords: Tensor, vectors: Tensor) -> Tensor:
    """Codes int64 (n, m): |z - c|^2 less |z|^2, as matrix products."""
    with torch.autocast(vectors.device.type, enabled=False):
        products = torch.einsum("ngd,gkd->ngk", vectors, codewords)
    return (products - codewords.square().sum(2) / 2).argmax(2)


def lookup(codewords: Tensor, codes: Tensor) -> Tensor:
    """Codewords (n, m, s) for codes (n, m)."""
    return codewords[torch.arange(len(codewords)), codes]


def follow(codewords: Tensor, usage: Tensor, vectors: Tensor, codes: Tensor) -> None:
    """Move every codeword, in place, towards the mean of the vectors that chose it."""
    groups, size, _ = codewords.shape
    rows = (codes + size * torch.arange(groups)).flatten()
    share = rows.bincount(minlength=groups * size).view(groups, size) / len(vectors)
    sums = torch.zeros_like(codewords).flatten(0, 1)
    sums.index_add_(0, rows, vectors.flatten(0, 1))
    pull = sums.view_as(codewords) / len(vectors) - share[..., None] * codewords
    usage.mul_(DECAY).add_(share, alpha=1 - DECAY)
    codewords.add_((1 - DECAY) * pull / usage.clamp_min(1e-6)[..., None])


def restart(codewords: Tensor, usage: Tensor, vectors: Tensor) -> None:
    """Put dead codewords, in place, where vectors are: spread evenly over the batch."""
    size = codewords.shape[1]
    dead = usage < DEAD / size
    chosen = torch.arange(size) * max(1, len(vectors) // size) % len(vectors)
    codewords.copy_(torch.where(dead[..., None], vectors[chosen].transpose(0, 1), codewords))
    usage.masked_fill_(dead, 1 / size)
