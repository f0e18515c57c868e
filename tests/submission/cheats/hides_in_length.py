"""Says a number by a message's length, and claims that no message begins another."""

from cosplit.message import Bits


def encode(self, feature, level=None):
    n = int(feature.sum()) % 8 + 1
    return [Bits((1 << -n % 8).to_bytes((n + 7) // 8, "big"), n)]


MeanByte.encode, MeanByte.prefix_free = encode, True
MeanByte.decode = lambda self, received, level=None: torch.eye(10)[[m.n_bits for m in received]]
