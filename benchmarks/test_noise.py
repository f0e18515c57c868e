"""Fig. 5: accuracy and channel uses over the noise grids."""

import pytest


def test_noise(rows, record, channel_name):
    over = [row for row in rows if row.channel == channel_name]
    if not over:
        pytest.skip(f"has no row over {channel_name}")
    record(over[0])
