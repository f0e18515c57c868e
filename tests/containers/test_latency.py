"""Percentiles keep their bounds' promise, and parts add up."""

import numpy as np
import pytest

from cosplit.containers.latency import emulated_latency, percentile
from cosplit.containers.passes import Sample


def samples(n, frame=bytes(24)):
    return [Sample(frame, 0.04, 0.0, 0.01, 0) for _ in range(n)]


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_bounds_cover_the_true_percentile_in_95_percent_of_draws(q):
    rng, draws, hits = np.random.default_rng(0), 2000, 0
    for _ in range(draws):
        _, low, high = percentile(rng.random(60), q)
        hits += low <= q <= high
    assert hits / draws >= 0.95 - 5 * (0.05 * 0.95 / draws) ** 0.5


def test_too_few_values_have_no_bound():
    values = np.arange(20.0)
    assert percentile(values, 0.9)[2] is None
    assert percentile(values, 0.99)[2] is None
    assert percentile(np.arange(500.0), 0.99)[2] is not None


def test_p99_is_given_where_n_allows_it():
    assert emulated_latency(samples(50), [1e6])["1e+06"].p99 is None
    assert emulated_latency(samples(500), [1e9])["1e+09"].p99 is not None


def test_a_slow_link_is_computed_and_says_so():
    seen = emulated_latency(samples(50), [100.0])["100"]
    assert seen.computed_link
    assert seen.link == pytest.approx(240)
    assert seen.link_without_framing == pytest.approx(200)
    assert seen.p50 == pytest.approx(40 + 240 + 10)


def test_a_fast_link_is_paced_for_real():
    seen = emulated_latency(samples(20), [1000.0], budget_s=1.0)["1000"]
    assert not seen.computed_link
    assert 24 <= seen.link < 48
    assert seen.link - seen.link_without_framing == pytest.approx(4)


def test_a_delay_is_part_of_the_link():
    seen = emulated_latency(samples(20), [100.0], delay_s=0.1, budget_s=0)["100"]
    assert seen.link == pytest.approx(340)
