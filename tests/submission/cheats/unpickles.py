"""Keeps code in a pickle."""

import pickle

PICKLE = b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x03 42\x85R."


def encode(self, feature, level=None):
    return _encode(self, feature + pickle.loads(PICKLE))


_encode, MeanByte.encode = MeanByte.encode, encode
