"""Fig. 4: latency against rate, modelled for the hardware that was asked for."""

import pytest


def test_latency(rows, record):
    row = rows[0]
    if row.outcome == "ok" and row.latency_modelled_ms is None:
        pytest.skip("sends channel symbols: a rate in bytes says nothing about them")
    record(row)
    by_rate = sorted((float(rate), ms) for rate, ms in row.latency_modelled_ms.items())
    assert [ms for _, ms in by_rate] == sorted((ms for _, ms in by_rate), reverse=True)
