"""Messages carry exactly what they declare: no hidden padding, type, size or power."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.errors import InvalidMessage, OverPower, OverSize
from cosplit.message import POWER_TOLERANCE, Bits, Symbols, check_message


@given(st.binary(max_size=8), st.integers(-1, 80))
def test_bits_fill_their_bytes_and_pad_with_zeros(data: bytes, n_bits: int) -> None:
    as_text = "".join(f"{byte:08b}" for byte in data)
    fits = 0 <= 8 * len(data) - n_bits < 8 and set(as_text[max(n_bits, 0) :]) <= {"0"}
    if fits and n_bits >= 0:
        assert Bits(data, n_bits).n_bits == n_bits
    else:
        with pytest.raises(InvalidMessage):
            Bits(data, n_bits)


@given(st.binary(max_size=8))
def test_whole_bytes_are_all_payload(data: bytes) -> None:
    assert Bits.of_bytes(data).n_bits == 8 * len(data)


def test_nothing_hides_in_the_types_of_a_message() -> None:
    class Suitcase(bytes):
        pass

    class Count(int):
        pass

    message = Bits(Suitcase(b"a"), Count(8))
    assert (type(message.data), type(message.n_bits)) == (bytes, int)
    assert type(Symbols(Suitcase(b"abcd")).data) is bytes
    assert Bits(bytearray(b"a"), np.int64(8)) == Bits(b"a", 8)


@pytest.mark.parametrize(
    ("data", "n_bits"), [("a", 8), ([1], 8), (5, 40), (b"a", 8.0), (b"a", "8")]
)
def test_other_types_are_refused(data: object, n_bits: object) -> None:
    with pytest.raises(InvalidMessage):
        Bits(data, n_bits)


@given(st.lists(st.floats(width=32, allow_nan=False)))
def test_symbols_keep_float32_values(values: list[float]) -> None:
    symbols = Symbols.of(values)
    assert symbols.n_uses == len(values)
    assert symbols.values().tolist() == values
    assert symbols == Symbols.of(np.array(values, dtype="f4"))


@pytest.mark.parametrize("n_bytes", [1, 2, 3, 5])
def test_symbols_are_whole_float32(n_bytes: int) -> None:
    with pytest.raises(InvalidMessage, match="whole number"):
        Symbols(bytes(n_bytes))


def test_power_is_the_mean_square() -> None:
    assert Symbols.of([1.0, -3.0]).power() == 5
    assert Symbols.of([]).power() == 0


@given(st.integers(0, 40), st.integers(0, 40))
def test_bits_above_their_declared_size_are_refused(n_bits: int, declared: int) -> None:
    message = Bits(bytes((n_bits + 7) // 8), n_bits)
    if n_bits <= declared:
        assert check_message(message, declared, None) is message
    else:
        with pytest.raises(OverSize, match=f"{n_bits} bits; declared: {declared}"):
            check_message(message, declared, None)


@given(st.integers(0, 9), st.integers(0, 9))
def test_symbols_above_their_declared_size_are_refused(uses: int, declared: int) -> None:
    message = Symbols.of([0.5] * uses)
    if uses <= declared:
        assert check_message(message, None, declared) is message
    else:
        with pytest.raises(OverSize, match=f"{uses} channel uses; declared: {declared}"):
            check_message(message, None, declared)


def test_the_kind_that_was_not_declared_is_refused() -> None:
    with pytest.raises(OverSize):
        check_message(Bits(b"", 0), None, 9)
    with pytest.raises(OverSize):
        check_message(Symbols(b""), 9, None)


@pytest.mark.parametrize("value", [1 + POWER_TOLERANCE, 2.0, np.inf, -np.inf, np.nan, 1e39])
def test_symbols_above_power_or_not_finite_are_refused(value: float) -> None:
    with pytest.raises(OverPower):
        check_message(Symbols.of([value, value]), None, 2)


def test_power_is_limited_in_the_mean_only() -> None:
    message = Symbols.of([2**0.5, 0.0])
    assert check_message(message, None, 2) is message


def test_power_does_not_overflow() -> None:
    with pytest.raises(OverPower):
        check_message(Symbols.of([3e38] * 4), None, 4)


@pytest.mark.parametrize("value", [None, b"bytes", [Bits(b"", 0)], np.zeros(3)])
def test_what_is_no_message_is_refused(value: object) -> None:
    with pytest.raises(InvalidMessage, match="send Bits or Symbols"):
        check_message(value, 10**9, 10**9)


def test_a_subclass_that_could_carry_more_is_refused() -> None:
    class Loaded(Bits):
        pass

    with pytest.raises(InvalidMessage, match="Loaded"):
        check_message(Loaded(b"", 0), 9, None)
