"""Says a number by the length of an empty message."""

from cosplit.message import Bits


def encode(self, feature, level=None):
    n = int(feature.sum()) % 8
    return [Bits(bytes((n + 7) // 8), n)]


MeanByte.encode, MeanByte.prefix_free = encode, True
MeanByte.decode = lambda self, received, level=None: torch.eye(10)[[m.n_bits for m in received]]
