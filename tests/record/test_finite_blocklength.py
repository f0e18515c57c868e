"""The normal approximation: its limits, and exact bounds on what the best code can do."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from cosplit.channels.awgn import Awgn
from cosplit.channels.bsc import Bsc
from cosplit.errors import CosplitError
from cosplit.record.finite_blocklength import Law, awgn, bits, bsc, channel_uses, law

CHANNELS = [Awgn(0.0), Awgn(10.0), Awgn(20.0), Bsc(0.01), Bsc(0.11), Bsc(0.2)]
FLIP, ERROR = 0.11, 1e-3  # the example of Polyanskiy, Poor and Verdu's Fig. 1 and 2


def laws():
    return st.one_of(st.floats(-5, 25).map(awgn), st.floats(1e-3, 0.4).map(bsc))


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_a_channels_name_leads_to_its_capacity(channel):
    assert law(channel.name).capacity == pytest.approx(channel.capacity())


@given(laws(), st.floats(1, 20_000))
def test_never_below_what_capacity_allows_and_no_use_too_many(found, k):
    n = channel_uses(found, k)
    assert n >= k / found.capacity
    assert bits(found, n) >= k
    assert n - 1 < k / found.capacity or bits(found, n - 1) < k


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_long_messages_tend_to_capacity(channel):
    found = law(channel.name)
    rates = [channel_uses(found, k) / k * found.capacity for k in (1e2, 1e4, 1e6)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(1, abs=0.02)


def test_a_smaller_block_error_costs_channel_uses():
    assert channel_uses(bsc(FLIP), 100, 1e-6) > channel_uses(bsc(FLIP), 100, 1e-3)


def dispersion_by_its_definition(density, weights):
    """The variance of the information density, under the input that reaches capacity."""
    return np.average((density - np.average(density, weights=weights)) ** 2, weights=weights)


def test_the_dispersion_of_bsc_is_the_variance_of_information():
    density = np.log2([2 * (1 - FLIP), 2 * FLIP])
    found = dispersion_by_its_definition(density, [1 - FLIP, FLIP])
    assert bsc(FLIP).dispersion == pytest.approx(found)


def test_the_dispersion_of_awgn_is_the_variance_of_information():
    """On the power shell (x^2 = S), over the output of Gaussian input: i = C + log2(e) / 2 *
    (y^2 / (1 + S) - z^2), z the noise."""
    snr, z = 10.0, np.linspace(-10, 10, 20_001)
    density = np.log2(math.e) / 2 * ((math.sqrt(snr) + z) ** 2 / (1 + snr) - z**2)
    found = dispersion_by_its_definition(density, np.exp(-(z**2) / 2))
    assert awgn(10.0).dispersion == pytest.approx(found)


def converse_bits(n):
    """No code sends more: Theorem 35 (hypothesis testing between BSC and fair coins)."""
    k = np.arange(n + 1)
    alpha = binom.cdf(k, n, FLIP)
    last = int(np.searchsorted(alpha, 1 - ERROR))
    share = (1 - ERROR - alpha[last - 1]) / (alpha[last] - alpha[last - 1])
    return -math.log2(binom.cdf(last - 1, n, 0.5) + share * binom.pmf(last, n, 0.5))


def random_coding_error(n, message_bits):
    """Some code does as well: Theorem 33 (the random coding union bound)."""
    k = np.arange(n + 1)
    confused = 2.0**message_bits * binom.cdf(k, n, 0.5)
    return float(binom.pmf(k, n, FLIP) @ np.minimum(1, confused))


@pytest.mark.parametrize("n", [200, 500, 900])
def test_between_what_some_code_does_and_what_none_can(n):
    """Both bounds of the paper are exact; it finds the approximation within a few bits of them."""
    found = bits(bsc(FLIP), n, ERROR)
    assert random_coding_error(n, found) <= ERROR
    assert random_coding_error(n, found + 2) > ERROR
    assert found < converse_bits(n) < found + 5


def test_the_golden_value_of_500_uses():
    """0.379 bits a use at n = 500, where the paper's Fig. 1 has the approximation."""
    assert bits(bsc(FLIP), 500, ERROR) == pytest.approx(189.31, abs=0.01)


@pytest.mark.parametrize("message_bits", [1.0, 16.0])
def test_no_dispersion_still_needs_capacity(message_bits):
    """The log term alone would pass capacity."""
    assert channel_uses(Law(1.0, 0.0), message_bits) == message_bits


def test_mistakes_name_the_remedy():
    with pytest.raises(CosplitError, match="unknown channel 'fading3'"):
        law("fading3")
    with pytest.raises(CosplitError, match="ask for less noise"):
        channel_uses(Law(0.0, 1.0), 8)
