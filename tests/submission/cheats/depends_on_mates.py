"""Normalises with the mean of the images that came before."""

FEATURES = []


def encode(self, feature, level=None):
    FEATURES.append(feature)
    return _encode(self, feature - torch.cat(FEATURES).mean(0) + 1)


_encode, MeanByte.encode = MeanByte.encode, encode
