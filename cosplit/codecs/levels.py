"""Uniform rounding of numbers in [0, 1] to exactly 2^b levels, both ends among them."""

from torch import Tensor


def to_codes(values: Tensor, bits: int) -> Tensor:
    """Values in [0, 1] to integers in [0, 2^bits), as int64."""
    top = 2**bits - 1
    codes: Tensor = (values.clamp(0, 1) * top).round().long()
    return codes


def to_values(codes: Tensor, bits: int) -> Tensor:
    """The inverse on the levels, as float32."""
    values: Tensor = codes.float() / (2**bits - 1)
    return values


def straight_through(values: Tensor, bits: int) -> Tensor:
    """Values in [0, 1] rounded; the gradient is that of no rounding."""
    return values + (to_values(to_codes(values, bits), bits) - values).detach()
