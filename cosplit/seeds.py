"""Randomness as an argument: every generator is named by a seed and the axes it serves."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch

Axis = str | int | float


def derive(seed: int, *axes: Axis) -> int:
    """A 63-bit seed that depends on `seed` and every axis, alike on all machines.

    A NumPy number counts as the Python number it equals; 5 and 5.0 are two axes.
    """
    digest = hashlib.sha256(repr((int(seed), *map(_plain, axes))).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _plain(axis: Axis) -> Axis:
    if isinstance(axis, str):
        return str(axis)
    return int(axis) if isinstance(axis, Integral) else float(axis)


def generator(seed: int, *axes: Axis) -> "np.random.Generator":
    """A NumPy generator of its own, as in `generator(seed, "noise", "awgn10", image_index)`."""
    import numpy as np

    return np.random.Generator(np.random.PCG64(derive(seed, *axes)))


def torch_generator(seed: int, *axes: Axis) -> "torch.Generator":
    """A torch generator (CPU) of its own."""
    import torch

    return torch.Generator().manual_seed(derive(seed, *axes))


@contextmanager
def seeded(seed: int, *axes: Axis) -> Iterator[None]:
    """Initial weights come from torch's global generator: seed it inside, restore it after."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(seed, *axes))
        yield
