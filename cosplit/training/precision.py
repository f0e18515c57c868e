"""The number format of training: bfloat16 where the processor computes in it."""

from functools import cache

import torch


@cache
def has_bf16() -> bool:
    """Whether this processor multiplies bfloat16 natively (AVX512-BF16 or AMX)."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def autocast() -> torch.autocast:
    """A context that computes in bfloat16 where that is native, in float32 elsewhere."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_bf16())
