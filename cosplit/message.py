"""What crosses from the device to the edge server: bits or channel symbols, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING

from cosplit.errors import InvalidMessage, OverPower, OverSize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

POWER_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Bits:
    """A bit string, most significant bit first, its last byte padded with zeros.

    Raises:
        InvalidMessage: `data` is not bytes, not exactly `n_bits` bits long, or its padding is
            not zero (padding that carries information would be uncounted payload).
    """

    data: bytes
    n_bits: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", _plain_bytes(self.data))
        try:
            object.__setattr__(self, "n_bits", int(index(self.n_bits)))
        except TypeError:
            raise InvalidMessage(f"n_bits = {self.n_bits!r} is not a whole number") from None
        if self.n_bits < 0 or len(self.data) != (self.n_bits + 7) // 8:
            raise InvalidMessage(f"{self.n_bits} bits do not fill {len(self.data)} bytes")
        spare = -self.n_bits % 8
        if spare and self.data[-1] & ((1 << spare) - 1):
            raise InvalidMessage(f"the {spare} padding bits of a message must be zero")

    @classmethod
    def of_bytes(cls, data: bytes) -> "Bits":
        """A message of whole bytes."""
        return cls(data, 8 * len(data))


@dataclass(frozen=True, slots=True)
class Symbols:
    """Real channel symbols as little-endian float32; one symbol is one channel use."""

    data: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", _plain_bytes(self.data))
        if len(self.data) % 4:
            raise InvalidMessage(
                f"{len(self.data)} bytes are not a whole number of float32 symbols"
            )

    @classmethod
    def of(cls, values: "Sequence[float] | NDArray[np.floating]") -> "Symbols":
        """Symbols from n real numbers; what float32 cannot hold becomes infinite."""
        import numpy as np

        with np.errstate(over="ignore"):
            return cls(np.asarray(values).astype("<f4").tobytes())

    @property
    def n_uses(self) -> int:
        """Channel uses."""
        return len(self.data) // 4

    def values(self) -> "NDArray[np.float32]":
        """The symbols, float32 of shape (n_uses,)."""
        import numpy as np

        return np.frombuffer(self.data, dtype="<f4")

    def power(self) -> float:
        """Mean square; 0 for an empty message, NaN or infinite where a symbol is not finite."""
        return float((self.values().astype("f8") ** 2).mean()) if self.data else 0.0


Message = Bits | Symbols


def _plain_bytes(data: object) -> bytes:
    """A copy that can hold nothing but bytes; of `bytes` itself, no copy is made."""
    if not isinstance(data, bytes | bytearray | memoryview):
        raise InvalidMessage(f"a message is made of bytes, not of {type(data).__name__}")
    return bytes(data)


def check_message(message: object, max_bits: int | None, max_uses: int | None) -> Message:
    """`message` itself where it keeps its declared size and the power limit (mean square <= 1).

    Raises:
        InvalidMessage: it does not, or is no message at all.
    """
    if type(message) is Bits:  # a subclass could carry more than its bits
        if max_bits is None or message.n_bits > max_bits:
            raise OverSize(f"a message of {message.n_bits} bits; declared: {max_bits}")
        return message
    if type(message) is Symbols:
        if max_uses is None or message.n_uses > max_uses:
            raise OverSize(f"a message of {message.n_uses} channel uses; declared: {max_uses}")
        if not message.power() <= 1 + POWER_TOLERANCE:
            raise OverPower(f"a message of mean power {message.power():.4f}; the limit is 1")
        return message
    raise InvalidMessage(f"a {type(message).__name__} is not a message; send Bits or Symbols")
