"""The laws of a codec: each takes an instance and features of its shape, and asserts.

Planted defects and real codecs run through the same functions.
"""

import itertools
import time

import numpy as np
import torch
from torch import nn

from cosplit.codec import Codec
from cosplit.message import Bits, Message, Symbols, check_message
from cosplit.seeds import seeded

CLOSE = {"rtol": 1e-4, "atol": 1e-4}
SECONDS = 5.0
"""For a few dozen hostile messages to a small codec, on a busy machine."""


def example(cls: type[Codec], which: int, seed: int = 0) -> tuple[Codec, torch.Tensor]:
    """One of the class's examples in evaluation mode, its initial weights from `seed`."""
    with seeded(seed, cls.__name__, which):
        codec, feature = cls.examples()[which]
    return codec.eval(), feature


def keeps_shape(codec: Codec, feature: torch.Tensor) -> None:
    decoded = codec.decode(codec.encode(feature))
    assert decoded.shape == feature.shape
    assert tuple(feature.shape[1:]) == tuple(codec.shape)
    assert torch.isfinite(decoded).all()
    assert codec.decode([]).shape == (0, *codec.shape)


def keeps_declared_size(codec: Codec, feature: torch.Tensor) -> None:
    """One message an image, within `max_bits` or `max_uses`, and within the power limit."""
    messages = codec.encode(feature)
    assert len(messages) == len(feature)
    for message in messages:
        check_message(message, codec.max_bits, codec.max_uses)
        headerless = codec.headerless_bits(message)
        assert headerless is None or 0 <= headerless <= message.n_bits


def is_deterministic(codec: Codec, feature: torch.Tensor) -> None:
    kept = feature.clone()
    assert codec.encode(feature) == codec.encode(feature)
    assert torch.equal(feature, kept), "encode changed the feature it was given"


def ignores_batch_mates(codec: Codec, feature: torch.Tensor) -> None:
    """Alone, in another order or beside others: the same message, the same feature."""
    together = codec.encode(feature)
    alone = [codec.encode(one[None])[0] for one in feature]
    backwards = codec.encode(feature.flip(0))[::-1]
    for a, b, c in zip(together, alone, backwards, strict=True):
        same_message(a, b)
        same_message(a, c)
    decoded = codec.decode(together)
    for one, message in zip(decoded, together, strict=True):
        torch.testing.assert_close(codec.decode([message])[0], one, **CLOSE)


def same_message(a: Message, b: Message) -> None:
    if isinstance(a, Symbols) and isinstance(b, Symbols):
        np.testing.assert_allclose(a.values(), b.values(), rtol=1e-4, atol=1e-4)
    else:
        assert a == b


def trains_what_it_sends(codec: Codec, feature: torch.Tensor) -> None:
    """In evaluation mode `forward` is what the server gets, so training and test agree."""
    with torch.no_grad():
        expected = codec(feature)
    torch.testing.assert_close(codec.decode(codec.encode(feature)), expected, **CLOSE)


def halves_stand_alone(codec: Codec, feature: torch.Tensor) -> None:
    """The device has no decoder and the server no encoder; both tensors live in the halves."""
    for name in codec.state_dict():
        assert name.startswith(("encoder.", "decoder.")), f"{name} belongs to neither half"
    encoder, decoder = codec.encoder, codec.decoder
    messages = codec.encode(feature)
    expected = codec.decode(messages)
    try:
        codec.decoder = nn.Identity()
        assert codec.encode(feature) == messages
        codec.encoder, codec.decoder = nn.Identity(), decoder
        torch.testing.assert_close(codec.decode(messages), expected, **CLOSE)
    finally:
        codec.encoder, codec.decoder = encoder, decoder


def is_prefix_free(codec: Codec, feature: torch.Tensor) -> None:
    """Where it says so, no message is the beginning of another."""
    texts = sorted({_binary(m) for m in codec.encode(feature) if isinstance(m, Bits)})
    if codec.prefix_free:
        for shorter, longer in itertools.pairwise(texts):
            assert not longer.startswith(shorter), "a message is the beginning of another"


def _binary(message: Bits) -> str:
    return "".join(f"{byte:08b}" for byte in message.data)[: message.n_bits]


def decodes_anything(codec: Codec, received: list[Message]) -> None:
    """Finite, of the right shape, and soon."""
    start = time.perf_counter()
    decoded = codec.decode(received)
    assert time.perf_counter() - start < SECONDS, "decoding a hostile message took too long"
    assert decoded.shape == (len(received), *codec.shape)
    assert torch.isfinite(decoded).all(), "a hostile message made a feature that is not finite"


def hostile(codec: Codec, feature: torch.Tensor) -> list[Message]:
    """Empty, cut, lengthened, altered, endless, of the wrong kind, not finite."""
    genuine = codec.encode(feature)[0]
    uses = codec.max_uses or 8
    wild = [np.nan, np.inf, -np.inf, 3e38, -3e38]
    messages: list[Message] = [
        Bits(b"", 0),
        Symbols(b""),
        Bits.of_bytes(bytes(8 << 20)),
        Bits.of_bytes(b"\xff" * (8 << 20)),
        Symbols(bytes(8 << 20)),
        *(Symbols.of([value] * uses) for value in wild),
        *(Symbols.of([value] * (uses + 1)) for value in wild),
    ]
    data = genuine.data
    for at in range(0, len(data), max(1, len(data) // 16)):
        altered = bytearray(data)
        altered[at] ^= 0x80
        messages += [Bits.of_bytes(data[:at]), Bits.of_bytes(bytes(altered))]
    return [*messages, Bits.of_bytes(data + data), Bits.of_bytes(data + bytes(64))]


def learns(codec: Codec, feature: torch.Tensor, channel=None, steps: int = 40) -> None:
    """Gradients reach every parameter, and following them brings the feature nearer."""
    codec.train()
    draw = torch.Generator().manual_seed(0)
    parameters = [p for p in codec.parameters() if p.requires_grad]
    descent = torch.optim.Adam(parameters, lr=1e-2)
    errors = []
    for _ in range(steps):
        error = (codec(feature, channel, draw) - feature).square().mean()
        descent.zero_grad()
        (error + codec.auxiliary_loss).backward()
        missing = [n for n, p in codec.named_parameters() if p.grad is None or not p.grad.any()]
        assert not missing or errors, f"no gradient reaches {missing}"
        descent.step()
        errors.append(error.item())
    codec.eval()
    assert np.mean(errors[-5:]) < np.mean(errors[:5]), "descending the gradient does not help"


def keeps_to_its_table(
    codec: Codec, feature: torch.Tensor, expected_bits: float, overhead: int = 0
) -> None:
    """On average no longer than its static table promises, and the round trip is exact."""
    messages = codec.encode(feature)
    assert np.mean([m.n_bits for m in messages]) <= expected_bits + overhead
    decoded = codec.decode(messages)
    again = codec.encode(decoded)
    assert again == messages, "what was decoded is not what was coded"


LAWS = [
    keeps_shape,
    keeps_declared_size,
    is_deterministic,
    ignores_batch_mates,
    trains_what_it_sends,
    halves_stand_alone,
    is_prefix_free,
]
