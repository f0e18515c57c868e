"""Bits flipped with probability p."""

import channel_laws as laws
import pytest
import torch

from cosplit.channels.bsc import Bsc
from cosplit.errors import CosplitError
from cosplit.seeds import torch_generator


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.2, 0.5])
def test_ones_and_zeros_are_flipped_alike(rate):
    laws.flips(Bsc(rate), rate)


def test_capacity_is_one_less_the_entropy():
    """H(0.11) = 0.49992, H(0.5) = 1."""
    assert Bsc(0.11).capacity() == pytest.approx(0.50008, abs=1e-5)
    assert Bsc(0).capacity() == 1
    assert Bsc(0.5).capacity() == 0
    laws.grows_worse([Bsc(0.01), Bsc(0.05), Bsc(0.2)])


def test_the_gradient_is_flipped_with_the_bit():
    sent = torch.ones(1000, requires_grad=True)
    received = Bsc(0.3).transmit(sent, torch_generator(0))
    received.sum().backward()
    assert torch.equal(sent.grad, received.detach())


def test_symbols_are_refused():
    laws.refuses(Bsc(0.1), laws.some_symbols(9))


@pytest.mark.parametrize("rate", [-0.1, 0.6, float("nan")])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(CosplitError, match="must lie between 0"):
        Bsc(rate)
