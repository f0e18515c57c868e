"""Noise of variance 10^(-snr_db / 10) a real symbol."""

import channel_laws as laws
import pytest

from cosplit.channels.awgn import Awgn
from cosplit.errors import CosplitError


@pytest.mark.parametrize(("snr_db", "variance"), [(-3, 1.99526), (0, 1.0), (10, 0.1), (20, 0.01)])
def test_noise_variance_is_that_of_a_real_dimension(snr_db, variance):
    laws.adds_gaussian_noise(Awgn(snr_db), variance)


def test_capacity_of_a_real_use():
    """0.5 log2(1 + 1) = 0.5; log2(11) = 3.45943."""
    assert Awgn(0).capacity() == pytest.approx(0.5)
    assert Awgn(10).capacity() == pytest.approx(3.4594316 / 2)
    laws.grows_worse([Awgn(20), Awgn(10), Awgn(0)])


def test_bits_are_refused():
    laws.refuses(Awgn(10), laws.some_bits(9))


def test_an_impossible_level_is_refused():
    with pytest.raises(CosplitError, match="finite"):
        Awgn(float("nan"))
