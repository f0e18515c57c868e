"""Lets another process compute."""

import subprocess


def encode(self, feature, level=None):
    subprocess.run(["true"])
    return _encode(self, feature)


_encode, MeanByte.encode = MeanByte.encode, encode
