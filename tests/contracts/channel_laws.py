"""The laws of a channel: each takes an instance and asserts, at 5 standard errors for N uses."""

import itertools
import math

import numpy as np
import pytest
import torch

from cosplit.channel import Channel
from cosplit.errors import CosplitError
from cosplit.message import Bits, Message, Symbols, check_message
from cosplit.seeds import generator, torch_generator

N = 200_000
ERRORS = 5


def some_bits(n: int) -> Bits:
    ones = generator(0, "bits").integers(0, 2, n).astype(np.uint8)
    return Bits(np.packbits(ones).tobytes(), n)


def some_symbols(n: int) -> Symbols:
    """Real symbols of mean power 1, within the limit."""
    values = generator(0, "symbols").normal(size=n)
    message = Symbols((values / math.sqrt((values**2).mean()) * 0.9999).astype("<f4").tobytes())
    check_message(message, None, n)
    return message


def carried(channel: Channel, n: int = N) -> list[Message]:
    """A message of n uses of each kind that it carries; at least one kind."""
    kinds = []
    for message in (some_bits(n), some_symbols(n)):
        try:
            channel.send(message, generator(0))
        except CosplitError:
            continue
        kinds.append(message)
    assert kinds, f"{channel.name} carries neither bits nor symbols"
    return kinds


def numbers(message: Message) -> np.ndarray:
    """Symbols as they are, bits as +-1."""
    if isinstance(message, Symbols):
        return message.values().astype("f8")
    ones = np.unpackbits(np.frombuffer(message.data, np.uint8), count=message.n_bits)
    return ones.astype("f8") * 2 - 1


def same_rng_same_output(channel: Channel) -> None:
    for message in carried(channel, 1000):
        first = channel.send(message, generator(7, "noise"))
        assert first == channel.send(message, generator(7, "noise"))
    values = torch.ones(1000)
    first = channel.transmit(values, torch_generator(7))
    assert torch.equal(first, channel.transmit(values, torch_generator(7)))


def keeps_kind_and_length(channel: Channel) -> None:
    """Also of an empty message, and of one that does not fill its last byte."""
    kinds = {type(message) for message in carried(channel, 9)}
    for n in (0, 1, 9, 1000):
        for message in (Bits(bytes((n + 7) // 8), n), Symbols(bytes(4 * n))):
            if type(message) in kinds:
                received = channel.send(message, generator(0))
                assert type(received) is type(message)
                assert len(numbers(received)) == n


def sends_as_it_trains(channel: Channel) -> None:
    """`send` and `transmit` have one law: means and products agree within their errors."""
    for message in carried(channel):
        x = numbers(message)
        y = numbers(channel.send(message, generator(1, "noise")))
        t = channel.transmit(torch.from_numpy(x), torch_generator(1, "noise")).numpy()
        for a, b in ((y, t), (y * y, t * t), (x * y, x * t), ((y - x) ** 2, (t - x) ** 2)):
            error = math.sqrt((a.var() + b.var()) / len(x))
            assert abs(a.mean() - b.mean()) <= ERRORS * error + 1e-6


def has_no_memory(channel: Channel) -> None:
    """What happens to one use says nothing of the next one, nor of the next message."""
    for message in carried(channel):
        x = numbers(message)
        one, other = (numbers(channel.send(message, generator(s, "noise"))) - x for s in (1, 2))
        pairs = ((one[1:], one[:-1]), (one, other))
        for pair in pairs:
            a, b = (np.abs(part) - np.abs(part).mean() for part in pair)
            error = math.sqrt((a * a * b * b).mean() / len(a))
            assert abs((a * b).mean()) <= ERRORS * error + 1e-9


def gradient_descends(channel: Channel) -> None:
    """Training through the channel moves what is sent so that what is received comes nearer."""
    sent = torch.full((2000,), 0.1, requires_grad=True)
    draw = torch_generator(3)
    descent = torch.optim.SGD([sent], lr=100.0)
    errors = []
    for _ in range(30):
        error = (channel.transmit(sent, draw) - 1).square().mean()
        descent.zero_grad()
        error.backward()
        assert sent.grad is not None
        assert sent.grad.isfinite().all()
        descent.step()
        errors.append(error.item())
    assert np.mean(errors[-5:]) < np.mean(errors[:2])
    assert sent.mean() > 0.2


def leaves_its_input(channel: Channel) -> None:
    values = torch.ones(1000)
    channel.transmit(values, torch_generator(0))
    assert (values == 1).all()


def describes_itself(channel: Channel) -> None:
    """Its name is its kind and level, which is all it is; capacity is positive."""
    level = "" if channel.level is None else f"{channel.level:g}"
    assert channel.name == channel.kind + level
    assert channel.capacity() > 0


def flips(channel: Channel, rate: float) -> None:
    """Bits are flipped with probability `rate`, ones and zeros alike."""
    message = some_bits(N)
    x = numbers(message)
    wrong = numbers(channel.send(message, generator(1, "noise"))) != x
    for sent in (-1, 1):
        share = wrong[x == sent]
        error = math.sqrt(rate * (1 - rate) / len(share))
        assert abs(share.mean() - rate) <= ERRORS * error


def adds_gaussian_noise(channel: Channel, variance: float) -> None:
    """The noise has mean 0, this variance and a Gaussian's fourth moment, whatever was sent."""
    message = some_symbols(N)
    x = numbers(message)
    noise = (numbers(channel.send(message, generator(1, "noise"))) - x) / math.sqrt(variance)
    for moment, spread, sample in ((0, 1, noise), (1, 2, noise**2), (3, 96, noise**4)):
        assert abs(sample.mean() - moment) <= ERRORS * math.sqrt(spread / N)
    assert abs((noise * x).mean()) <= ERRORS / math.sqrt(N)


def refuses(channel: Channel, message: Message) -> None:
    with pytest.raises(CosplitError, match="carries"):
        channel.send(message, generator(0))


def grows_worse(channels: list[Channel]) -> None:
    """From the best to the worst, capacity falls."""
    for better, worse in itertools.pairwise(channels):
        assert better.capacity() > worse.capacity()


LAWS = [
    same_rng_same_output,
    keeps_kind_and_length,
    sends_as_it_trains,
    has_no_memory,
    gradient_descends,
    leaves_its_input,
    describes_itself,
]
