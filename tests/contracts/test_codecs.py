"""Every codec keeps the laws; a new file in cosplit/codecs is tested without being told."""

from functools import lru_cache

import codec_laws as laws
import other_process
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cosplit import catalogue
from cosplit.message import Bits, Symbols

EXAMPLES = [
    (cls, which) for cls in catalogue.codecs().values() for which in range(len(cls.examples()))
]


@pytest.fixture(params=EXAMPLES, ids=lambda p: f"{p[0].__name__}{p[1]}")
def example(request):
    """A codec, a batch of features, and which of the class's examples it is."""
    cls, which = request.param
    return *laws.example(cls, which), which


built_once = lru_cache(laws.example)


@pytest.fixture(autouse=True)
def _one_thread():
    """Tiny tensors, beside other work: threads would only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def elsewhere():
    """Another process."""
    with other_process.pool() as executor:
        yield executor


@pytest.mark.parametrize("law", laws.LAWS, ids=lambda law: law.__name__)
def test_every_codec_keeps_the_law(law, example):
    law(*example[:2])


def test_hostile_messages_give_finite_features(example):
    laws.decodes_anything(example[0], laws.hostile(*example[:2]))


@pytest.mark.parametrize(("cls", "which"), EXAMPLES)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_message_gives_finite_features(cls, which, data):
    codec, feature = built_once(cls, which)
    genuine = codec.encode(feature[:1])[0].data
    tail = st.binary(max_size=40).map(lambda b: genuine[: len(genuine) // 2] + b)
    texts = data.draw(st.lists(st.one_of(st.binary(max_size=80), tail), max_size=6))
    numbers = st.lists(st.floats(width=32), max_size=2 * (codec.max_uses or 4))
    symbols = data.draw(st.lists(numbers, max_size=4))
    exact = data.draw(st.integers(0, 2 ** (codec.max_bits or 9) - 1))
    received = [*map(Bits.of_bytes, texts), *map(Symbols.of, symbols)]
    laws.decodes_anything(codec, [*received, _bits(exact, codec.max_bits or 9)])


def _bits(value: int, n: int) -> Bits:
    spare = -n % 8
    return Bits((value << spare).to_bytes((n + 7) // 8, "big"), n)


def test_encoded_here_decodes_in_another_process(example, elsewhere):
    codec, feature, which = example
    genuine = codec.encode(feature)
    received = [*genuine, *laws.hostile(codec, feature)]
    there = other_process.decode_there(elsewhere, codec, which, received)
    assert torch.isfinite(there).all()
    torch.testing.assert_close(there[: len(genuine)], codec.decode(genuine), **laws.CLOSE)


def test_a_codec_with_parameters_learns(example):
    codec, feature, _ = example
    if not any(p.requires_grad for p in codec.parameters()):
        return
    kinds = catalogue.channels()
    channel = kinds[codec.designed_for].examples()[-1] if codec.designed_for else None
    laws.learns(codec, feature, channel)
    for law in laws.LAWS:  # training must not put the two halves out of step
        law(codec, feature)
