"""Fixed-length codes: k integers of b bits each, most significant bit first, nothing else.

codes (n, k) in [0, 2^b) --pack--> n messages of k*b bits --unpack--> codes (n, k)
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from cosplit.message import Bits, Message


def pack(codes: Tensor, bits: int) -> list[Message]:
    """One message of k*bits bits for each row of `codes` (n, k), integers in [0, 2^bits)."""
    values = codes.detach().cpu().numpy().astype(np.int64)
    places = np.arange(bits - 1, -1, -1)
    ones = ((values[:, :, None] >> places) & 1).astype(np.uint8).reshape(len(values), -1)
    return [Bits(row.tobytes(), ones.shape[1]) for row in np.packbits(ones, axis=1)]


def unpack(received: Sequence[Message], count: int, bits: int) -> tuple[Tensor, Tensor]:
    """Codes int64 (n, count), and which messages (n,) were bits of the right length.

    What is not of that length is never looked at; its codes are zeros.
    """
    n_bits = count * bits
    heard = [isinstance(m, Bits) and m.n_bits == n_bits for m in received]
    blank = bytes((n_bits + 7) // 8)
    data = b"".join(m.data if ok else blank for m, ok in zip(received, heard, strict=True))
    rows = np.frombuffer(data, np.uint8).reshape(len(received), len(blank))
    ones = np.unpackbits(rows, axis=1, count=n_bits).reshape(len(received), count, bits)
    codes = ones.astype(np.int64) @ (1 << np.arange(bits - 1, -1, -1))
    return torch.from_numpy(codes), torch.tensor(heard, dtype=torch.bool)


def silence(feature: Tensor, heard: Tensor) -> Tensor:
    """`feature` (n, ...) with zeros in the rows whose message could not be read."""
    return torch.where(heard.view(-1, *[1] * (feature.dim() - 1)), feature, 0.0)
