"""Sends test images through a split model and a set of channels, and notes what comes out.

images -> device half -> encode -> channel 1 -> decode -> server half -> correct?
          once           once a    ...
                         level     channel K -> decode -> server half -> correct?
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.measure.observation import UNEQUAL, Observation
from cosplit.measure.outcome import InvalidOutput, outcome_of
from cosplit.measure.payload import charged_bits
from cosplit.message import Bits, Message, Symbols, check_message
from cosplit.seeds import generator
from cosplit.split import SplitModel

if TYPE_CHECKING:
    from cosplit.data import ImageSet

BATCH_SIZE = 250


@torch.inference_mode()
def score(
    model: SplitModel,
    images: "ImageSet",
    channels: Sequence[Channel],
    *,
    seed: int = 0,
    batch_size: int = BATCH_SIZE,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> list[Observation]:
    """One observation a channel, in float32; failures are observations too.

    Image i meets the noise of `generator(seed, "noise", channel, i)`, i its original index, so
    every method, batch size and subset meets the same. `progress` wraps the batches' starts.
    """
    model = model.eval().float()
    tallies = [_Tally(channel) for channel in channels]
    for start in progress(range(0, len(images), batch_size)):
        live = [tally for tally in tallies if tally.failure is None]
        if live:
            _score_batch(model, images, slice(start, start + batch_size), seed, live)
    return [tally.observation(model.codec) for tally in tallies]


def one_image(model: SplitModel, image: Tensor, channel: Channel, rng: np.random.Generator) -> str:
    """The whole path of one image (1, 3, h, w); its outcome's name. Never raises."""
    try:
        with torch.inference_mode():
            level = _level(model.codec, channel)
            sent = _encode(model.codec, _finite(model.device(image), "feature"), level)
            received = [channel.send(message, rng) for message in sent]
            _finite(model.server(model.codec.decode(received, level)), "logits")
    except Exception as error:
        return outcome_of(error)[0]
    return "ok"


@dataclass
class _Tally:
    """What has been seen over one channel so far."""

    channel: Channel
    sent: list[Message] = field(default_factory=list)
    correct: list[NDArray[np.bool_]] = field(default_factory=list)
    failure: tuple[str, str] | None = None

    def observation(self, codec: Codec) -> Observation:
        name, code = self.channel.name, _code(codec)
        if self.failure is not None:
            return Observation(name, code, outcome=self.failure[0], detail=self.failure[1])
        correct = np.concatenate(self.correct)
        if code == "symbols":
            uses = [m.n_uses if isinstance(m, Symbols) else m.n_bits for m in self.sent]
            if len(set(uses)) > 1:
                return Observation(name, code, outcome="invalid", detail=UNEQUAL)
            return Observation(name, code, correct, uses=np.array(uses, dtype=np.int64))
        sent = [message for message in self.sent if isinstance(message, Bits)]
        bits = charged_bits(sent, codec.max_bits or 0, codec.prefix_free)
        bare = [n for m in sent if (n := codec.headerless_bits(m)) is not None]
        return Observation(name, code, correct, bits, np.array(bare, dtype=np.int64))


def _code(codec: Codec) -> Literal["bits", "symbols"]:
    """What crosses: bits that a channel code protects, or symbols (BSC: of one bit) as they are."""
    return "bits" if codec.designed_for is None else "symbols"


def _score_batch(
    model: SplitModel, images: "ImageSet", batch: slice, seed: int, tallies: Sequence[_Tally]
) -> None:
    labels, index = torch.from_numpy(images.labels[batch]), images.index[batch]
    try:
        feature = _finite(model.device(torch.from_numpy(images.images[batch])), "feature")
    except Exception as error:
        for tally in tallies:
            tally.failure = outcome_of(error)
        return
    sent: dict[float | None, list[Message]] = {}
    for tally in tallies:
        try:
            level = _level(model.codec, tally.channel)
            if level not in sent:
                sent[level] = _encode(model.codec, feature, level)
            logits = _receive(model, sent[level], tally.channel, index, seed)
            if logits.ndim != 2 or len(logits) != len(labels):  # noqa: PLR2004 - (n, classes)
                raise InvalidOutput(f"logits {tuple(logits.shape)} for {len(labels)} images")
        except Exception as error:
            tally.failure = outcome_of(error)
            continue
        tally.sent += sent[level]
        tally.correct.append((logits.argmax(1) == labels).numpy())


def _receive(
    model: SplitModel,
    sent: Sequence[Message],
    channel: Channel,
    index: NDArray[np.int64],
    seed: int,
) -> Tensor:
    received = [
        channel.send(message, generator(seed, "noise", channel.name, int(i)))
        for message, i in zip(sent, index, strict=True)
    ]
    feature = model.codec.decode(received, _level(model.codec, channel))
    return _finite(model.server(feature), "logits")


def _level(codec: Codec, channel: Channel) -> float | None:
    """Codes that leave protection to a channel code are not told the channel's level."""
    return channel.level if codec.designed_for is not None else None


def _encode(codec: Codec, feature: Tensor, level: float | None) -> list[Message]:
    sent = codec.encode(feature, level)
    if len(sent) != len(feature):
        raise InvalidOutput(f"{len(sent)} messages for {len(feature)} images; send one an image")
    return [check_message(message, codec.max_bits, codec.max_uses) for message in sent]


def _finite(values: Tensor, what: str) -> Tensor:
    if values.is_floating_point() and not torch.isfinite(values).all():
        raise InvalidOutput(f"the {what} are not all finite (NaN or infinite)")
    return values
