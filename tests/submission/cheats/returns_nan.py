"""Answers with no number."""

MeanByte.decode = lambda self, received, level=None: torch.full((len(received), 10), torch.nan)
