"""What is sent is received."""

import math

import channel_laws as laws
import pytest
import torch

from cosplit.channels.noiseless import Noiseless
from cosplit.seeds import generator, torch_generator


@pytest.mark.parametrize("message", [laws.some_bits(1001), laws.some_symbols(1001)])
def test_nothing_changes(message):
    assert Noiseless().send(message, generator(0)) == message


def test_nothing_changes_in_training():
    values = torch.randn(5, 7, generator=torch_generator(0))
    assert torch.equal(Noiseless().transmit(values, torch_generator(0)), values)


def test_capacity_is_infinite():
    assert math.isinf(Noiseless().capacity())
