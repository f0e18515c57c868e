"""Sends a half many images or messages, one at a time, and notes its CPU seconds.

The box answers one frame before it sees the next, so no image has batch mates.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from cosplit.containers.box import BoxFailure
from cosplit.containers.frames import Kind, pack, pack_message, unpack_message
from cosplit.errors import CosplitError
from cosplit.message import Message, check_message
from cosplit.submission.declared import Declared
from cosplit.submission.sandbox import JudgedBox, declared

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")
R = TypeVar("R")
WARM_UP = 8
"""Answers before the CPU clock is read: first calls load and plan what later ones use."""
_MESSAGES = (Kind.BITS, Kind.SYMBOLS)


@dataclass(frozen=True)
class Patience:
    """Seconds a half has for one answer, and for all it is asked."""

    answer_s: float = 10.0
    all_s: float = 3600.0


def messages(
    box: JudgedBox, says: Declared, images: "NDArray[np.uint8]", patience: Patience
) -> tuple[list[Message], float]:
    """The message of each image of (n, 3, h, w), checked, and CPU seconds an image.

    Raises:
        BoxFailure: the half failed, or sent what its codec does not allow.
    """
    return _timed(box, list(images), lambda image: _message(box, says, image, patience), patience)


def logits(
    box: JudgedBox, received: Sequence[Message], classes: int, patience: Patience
) -> "NDArray[np.float32]":
    """The logits (n, classes) of each message.

    Raises:
        BoxFailure: the half failed, or its logits are not `classes` finite numbers.
    """
    answers, _ = _timed(
        box, received, lambda message: _logits(box, message, classes, patience), patience
    )
    return np.stack(answers)


def count(box: JudgedBox, ask: Callable[[], object]) -> int:
    """Mean MACs of the answers that `ask` gets, counted by the harness's counter in the box."""
    box.ask(pack(Kind.JSON, b'{"count": true}'), {Kind.JSON})
    ask()
    says = declared(box, box.ask(pack(Kind.JSON, b'{"count": false}'), {Kind.JSON})[2])
    return round(says.macs / max(says.counted, 1))


def _timed(
    box: JudgedBox, items: Sequence[T], ask: Callable[[T], R], patience: Patience
) -> tuple[list[R], float]:
    """What `ask` gives for each item, and the box's CPU seconds for one, warm-up left out."""
    end, done, before = time.monotonic() + patience.all_s, [], box.cpu_seconds()
    for number, item in enumerate(items):
        if number == WARM_UP:
            before = box.cpu_seconds()
        if time.monotonic() > end:
            raise BoxFailure("timeout", f"{box.name}: not done within {patience.all_s:g} s")
        done.append(ask(item))
    n = len(done) - WARM_UP if len(done) > WARM_UP else len(done)
    return done, (box.cpu_seconds() - before) / max(n, 1)


def _message(
    box: JudgedBox, says: Declared, image: "NDArray[np.uint8]", patience: Patience
) -> Message:
    frame = pack(Kind.IMAGE, image.tobytes())
    kind, size, payload = box.ask(frame, _MESSAGES, says.largest, patience.answer_s)
    try:
        return check_message(unpack_message(kind, size, payload), says.max_bits, says.max_uses)
    except CosplitError as error:
        raise box.refused(error) from None


def _logits(
    box: JudgedBox, message: Message, classes: int, patience: Patience
) -> "NDArray[np.float32]":
    frame, size = pack_message(message), 4 * classes
    _, n, payload = box.ask(frame, {Kind.LOGITS}, size, patience.answer_s)
    values = np.frombuffer(payload, "<f4")
    if n != size or not np.isfinite(values).all():
        raise BoxFailure("invalid", f"{box.name}: no {classes} finite logits")
    return values
