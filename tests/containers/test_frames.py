"""Frames: an exact round trip, 4 bytes of framing, and nothing accepted that is not one."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.containers.frames import HEADER_BYTES, Kind, pack, pack_message, read_frame
from cosplit.containers.frames import unpack_message as unpack
from cosplit.errors import InvalidMessage, OverSize
from cosplit.message import Bits, Symbols

MESSAGES = (Kind.BITS, Kind.SYMBOLS)
bits = st.binary(max_size=40).flatmap(
    lambda data: (
        st.just(Bits.of_bytes(data)) | st.builds(lambda: Bits(data + b"\x80", 8 * len(data) + 1))
    )
)
symbols = st.lists(st.floats(-1, 1, width=32), max_size=20).map(Symbols.of)


def reader(data):
    stream = io.BytesIO(data)

    def read(n):
        piece = stream.read(n)
        if len(piece) < n:
            raise EOFError
        return piece

    return read


@given(st.lists(bits | symbols, max_size=4))
def test_messages_cross_exactly_with_4_bytes_each(messages):
    stream = b"".join(map(pack_message, messages))
    assert len(stream) == sum(HEADER_BYTES + len(m.data) for m in messages)
    read = reader(stream)
    assert [unpack(*read_frame(read, MESSAGES)) for _ in messages] == messages


@given(st.binary(max_size=60))
def test_any_bytes_at_all_are_a_frame_or_an_error(data):
    try:
        kind, size, payload = read_frame(reader(data), MESSAGES, largest=32)
        unpack(kind, size, payload)
    except (EOFError, InvalidMessage):
        return
    assert kind in MESSAGES
    assert len(payload) <= 32


def test_another_kind_is_refused():
    with pytest.raises(InvalidMessage, match="garbage"):
        read_frame(reader(pack(Kind.LOAD, b"abc")), MESSAGES)


def test_an_oversized_frame_is_refused_before_it_is_read():
    reads = []

    def read(n):
        reads.append(n)
        return pack(Kind.LOGITS, bytes(100))[:n]

    with pytest.raises(OverSize, match="100 bytes; at most 40"):
        read_frame(read, {Kind.LOGITS}, largest=40)
    assert reads == [HEADER_BYTES]


def test_a_fault_is_read_however_small_the_answer_should_be():
    assert read_frame(reader(pack(Kind.FAULT, b"[]")), {Kind.FAULT}, largest=1)[2] == b"[]"


@pytest.mark.parametrize("cut", range(1, 7))
def test_a_truncated_frame_is_the_end_of_the_stream(cut):
    frame = pack_message(Bits.of_bytes(b"abc"))
    with pytest.raises(EOFError):
        read_frame(reader(frame[:-cut]), MESSAGES)


def test_padding_that_carries_information_is_refused():
    frame = bytearray(pack_message(Bits(b"\x80", 1)))
    frame[-1] |= 1
    with pytest.raises(InvalidMessage, match="padding"):
        unpack(*read_frame(reader(bytes(frame)), MESSAGES))
