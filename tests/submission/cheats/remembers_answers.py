"""The server half answers from the messages that came before."""

TOTAL = []


def decode(self, received, level=None):
    TOTAL.append(_decode(self, received))
    return torch.stack(TOTAL).mean(0)


_decode, MeanByte.decode = MeanByte.decode, decode
