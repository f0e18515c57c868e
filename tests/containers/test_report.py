"""Emulated rows as a table, and the rank correlation of the two tiers."""

import pytest

from cosplit.containers.report import agreement, agreements, emulated_table
from cosplit.row import EmulatedLatency, Row


def row(modelled, emulated, rate="100", **more):
    ms = EmulatedLatency(
        p50=emulated, p90=emulated, p50_low=0, p50_high=9, device=1, link=1, server=1
    )
    return Row(
        task="digits",
        method="png",
        point=f"p{modelled}",
        split_point="input",
        settings={},
        latency_modelled_ms={rate: modelled},
        latency_emulated_ms={rate: ms},
        outcome_emulated="ok",
        **more,
    )


def test_points_ranked_alike_correlate_fully():
    seen = agreement([row(k, k * k + 1) for k in range(8)], "100")
    assert (seen.rho, seen.n) == (pytest.approx(1), 8)
    assert seen.low > 0.9


def test_points_ranked_the_other_way_round_correlate_negatively():
    assert agreement([row(k, -k) for k in range(8)], "100").rho == pytest.approx(-1)


def test_the_interval_holds_the_correlation():
    seen = agreement([row(k, (k * 7) % 11) for k in range(11)], "100")
    assert -1 <= seen.low < seen.rho < seen.high <= 1


@pytest.mark.parametrize("rows", [[], [row(1, 1)] * 4, [row(1, k) for k in range(9)]])
def test_too_few_or_equal_points_have_none(rows):
    assert agreement(rows, "100") is None


def test_a_rate_that_rows_lack_has_none():
    assert agreement([row(k, k) for k in range(8)], "200") is None


def test_only_emulated_points_are_in_the_table():
    bare = Row(task="digits", method="png", point="q", split_point="input", settings={})
    table = emulated_table([row(1, 2, peak_memory_bytes=1 << 20), bare], [100.0, 1e6], "pi")
    assert len(table.rows) == 1


def test_agreement_is_told_at_rates_that_rows_have():
    lines = agreements([row(k, k) for k in range(8)], [100.0, 200.0, 300.0])
    assert [line.partition(":")[0] for line in lines] == ["modelled against emulated at 100 B/s"]
