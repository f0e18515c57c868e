"""Each law of a channel catches a channel that breaks it."""

import channel_laws as laws
import numpy as np
import pytest

from cosplit.channels.awgn import Awgn
from cosplit.channels.bsc import Bsc
from cosplit.message import Bits, Symbols
from cosplit.seeds import generator

CLOCK = np.random.default_rng(0)


class OwnRandomness(Awgn):
    def send(self, message, rng):
        return super().send(message, CLOCK)


class Endless(Bsc):
    def send(self, message, rng):
        sent = super().send(message, rng)
        return Bits.of_bytes(sent.data)  # the padding has become payload


class ThreeDecibelsLouder(Awgn):
    """The noise of a complex symbol's one dimension where training has a real one's."""

    def transmit(self, values, noise):
        return values + (super().transmit(values, noise) - values) / 2**0.5


class Bursts(Awgn):
    def send(self, message, rng):
        sent = super().send(message, rng)
        loud = np.repeat(rng.normal(size=sent.n_uses // 10 + 1), 10)[: sent.n_uses]
        return Symbols((sent.values() + loud).astype("<f4").tobytes())


class SameNoiseAlways(Awgn):
    def send(self, message, rng):
        return super().send(message, generator(0))


class NoGradient(Bsc):
    def transmit(self, values, noise):
        return super().transmit(values.detach(), noise).requires_grad_()


class Misplaced(Awgn):
    def transmit(self, values, noise):
        return values.mul_(0.5) + 0.5


class Boastful(Bsc):
    name = "noiseless"


class UniformNoise(Awgn):
    """The right variance, and not a Gaussian."""

    def send(self, message, rng):
        noise = rng.uniform(-1, 1, message.n_uses) * self.deviation * 3**0.5
        return Symbols((message.values() + noise).astype("<f4").tobytes())


class ZerosOnly(Bsc):
    """Flips twice as many zeros, and no ones: the right share on the whole."""

    def send(self, message, rng):
        flips = np.packbits(rng.random(message.n_bits) < 2 * self.flip_rate)
        return Bits((np.frombuffer(message.data, np.uint8) | flips).tobytes(), message.n_bits)


class Swallows(Bsc):
    def send(self, message, rng):
        return message


@pytest.mark.parametrize(
    ("law", "planted"),
    [
        (laws.same_rng_same_output, OwnRandomness(10)),
        (laws.keeps_kind_and_length, Endless(0.1)),
        (laws.sends_as_it_trains, ThreeDecibelsLouder(10)),
        (laws.has_no_memory, Bursts(0)),
        (laws.has_no_memory, SameNoiseAlways(10)),
        (laws.gradient_descends, NoGradient(0.1)),
        (laws.leaves_its_input, Misplaced(10)),
        (laws.describes_itself, Boastful(0.1)),
        (lambda channel: laws.adds_gaussian_noise(channel, 0.1), UniformNoise(10)),
        (lambda channel: laws.adds_gaussian_noise(channel, 0.1), Awgn(9.8)),
        (lambda channel: laws.flips(channel, 0.1), ZerosOnly(0.1)),
        (lambda channel: laws.flips(channel, 0.1), Bsc(0.105)),
    ],
    ids=lambda part: type(part).__name__,
)
def test_the_law_catches(law, planted):
    with pytest.raises(AssertionError):
        law(planted)


def test_refusing_is_demanded():
    with pytest.raises(pytest.fail.Exception):
        laws.refuses(Swallows(0.1), laws.some_symbols(9))


def test_a_channel_that_carries_nothing_is_caught():
    class Wall(Awgn):
        def send(self, message, rng):
            return super().send(None, rng)

    with pytest.raises(AssertionError, match="neither"):
        laws.same_rng_same_output(Wall(10))


def test_the_laws_hold_for_what_the_defects_were_planted_in():
    laws.flips(Bsc(0.1), 0.1)
    laws.adds_gaussian_noise(Awgn(10), 0.1)
