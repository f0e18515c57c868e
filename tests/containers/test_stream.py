"""The attach stream: the engine's multiplexing undone, every wait bounded."""

import socket
import struct
import time

import pytest

from cosplit.containers.stream import AttachStream


def piece(source, data):
    return struct.pack(">BxxxI", source, len(data)) + data


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    with here, there:
        yield AttachStream(here), there


def soon(seconds=5.0):
    return time.monotonic() + seconds


def test_stdout_is_joined_and_stderr_kept_apart(ends):
    stream, engine = ends
    engine.sendall(piece(1, b"ab") + piece(2, b"words") + piece(1, b"cdef"))
    assert stream.read(5, soon()) == b"abcde"
    assert stream.read(1, soon()) == b"f"
    assert stream.stderr == "words"


def test_pieces_may_arrive_byte_by_byte(ends):
    stream, engine = ends
    for byte in piece(1, b"xyz"):
        engine.sendall(bytes([byte]))
    assert stream.read(3, soon()) == b"xyz"


def test_all_is_what_comes_before_the_end(ends):
    stream, engine = ends
    engine.sendall(piece(1, b"ab") + piece(2, b"words") + piece(1, b"cd"))
    engine.shutdown(socket.SHUT_WR)
    assert stream.read_all(soon()) == b"abcd"
    assert stream.read_all(soon()) == b""


def test_all_of_a_stream_that_does_not_end_is_a_timeout(ends):
    stream, engine = ends
    engine.sendall(piece(1, b"ab"))
    with pytest.raises(TimeoutError):
        stream.read_all(soon(0.1))


def test_only_the_end_of_stderr_is_kept(ends):
    stream, engine = ends
    engine.sendall(piece(2, bytes(60_000)) + piece(2, b"last") + piece(1, b"x"))
    stream.read(1, soon())
    assert stream.stderr.endswith("last")
    assert len(stream.stderr) <= 4096


def test_a_wait_ends_at_its_deadline(ends):
    stream, _ = ends
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        stream.read(1, soon(0.1))
    assert time.monotonic() - start < 2


def test_bytes_that_trickle_do_not_put_off_the_deadline(ends):
    stream, engine = ends
    engine.sendall(piece(1, b"x"))
    with pytest.raises(TimeoutError):
        stream.read(100, soon(0.1))


def test_a_closed_stream_is_its_end(ends):
    stream, engine = ends
    engine.sendall(piece(1, b"ab"))
    engine.close()
    with pytest.raises(EOFError):
        stream.read(3, soon())


def test_writing_to_nobody_who_reads_ends_at_the_deadline(ends):
    stream, _ = ends
    with pytest.raises(TimeoutError):
        stream.write(bytes(64 << 20), soon(0.1))
