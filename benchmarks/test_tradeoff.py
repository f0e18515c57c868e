"""Fig. 3: computation on the device against bits sent, one point a split and setting."""

import pytest


def test_tradeoff(rows, record):
    row = rows[0]
    if row.code == "symbols":
        pytest.skip("sends channel symbols: see test_noise.py")
    record(row)
