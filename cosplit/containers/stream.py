"""The attach stream of a container: multiplexed output in, frames out, every wait bounded."""

import socket
import struct
import time
from contextlib import suppress
from typing import Any

_HEADER = struct.Struct(">BxxxI")
_STDERR = 2
_TAIL = 4096
_CHUNK = 1 << 16


class AttachStream:
    """stdin and the multiplexed stdout and stderr of one container.

    The engine prefixes every piece of output with 8 bytes: which stream it is of, and its length.
    """

    def __init__(self, attached: Any) -> None:
        """Take what docker-py's `attach_socket` gave."""
        self._attached = attached  # holds the HTTP response open
        self._socket: socket.socket = getattr(attached, "_sock", attached)
        if getattr(self._socket, "family", None) in (socket.AF_INET, socket.AF_INET6):
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._raw, self._out, self._err = bytearray(), bytearray(), bytearray()

    @property
    def stderr(self) -> str:
        """The end of what was written to stderr so far."""
        return self._err.decode(errors="replace")

    def write(self, data: bytes, deadline: float) -> None:
        """Send all of `data` to stdin.

        Raises:
            TimeoutError: it was not taken by `deadline` (of `time.monotonic`).
            EOFError: the container is gone.
        """
        self._socket.settimeout(_left(deadline))
        try:
            self._socket.sendall(data)
        except TimeoutError:
            raise
        except OSError:
            raise EOFError from None

    def read(self, n: int, deadline: float) -> bytes:
        """Exactly `n` bytes of stdout.

        Raises:
            TimeoutError: they did not come by `deadline`.
            EOFError: the stream ended before.
        """
        while len(self._out) < n:
            self._receive(deadline)
        data = bytes(self._out[:n])
        del self._out[:n]
        return data

    def read_all(self, deadline: float) -> bytes:
        """What is left of stdout, to the stream's end.

        Raises:
            TimeoutError: it did not end by `deadline`.
        """
        with suppress(EOFError):
            while True:
                self._receive(deadline)
        data = bytes(self._out)
        self._out.clear()
        return data

    def drain(self, deadline: float) -> None:
        """Read on until the stream ends, for the last words on stderr."""
        try:
            while True:
                self._receive(deadline)
                self._out.clear()
        except (EOFError, TimeoutError):
            return

    def close(self) -> None:
        """Close both directions; the container's stdin ends."""
        self._attached.close()
        self._socket.close()

    def _receive(self, deadline: float) -> None:
        self._socket.settimeout(_left(deadline))
        try:
            data = self._socket.recv(_CHUNK)
        except TimeoutError:
            raise
        except OSError:
            data = b""
        if not data:
            raise EOFError
        self._raw += data
        while len(self._raw) >= _HEADER.size:
            source, length = _HEADER.unpack_from(self._raw)
            if len(self._raw) < _HEADER.size + length:
                break
            piece = self._raw[_HEADER.size : _HEADER.size + length]
            del self._raw[: _HEADER.size + length]
            if source == _STDERR:
                self._err = (self._err + piece)[-_TAIL:]
            else:
                self._out += piece


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
