"""Sends images through a pair of containers, one at a time, and notes what each part took.

image -> device box -> message -> channel, link (here) -> server box -> logits
         |- device_s -|           |----- link_s -----|   |- server_s -|
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cosplit.containers.box import ANSWER_S, Box, BoxFailure
from cosplit.containers.frames import Kind, pack, pack_message, unpack_message
from cosplit.errors import CosplitError
from cosplit.link import Link
from cosplit.message import Message, check_message
from cosplit.seeds import generator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cosplit.channel import Channel
    from cosplit.containers.pair import Pair
    from cosplit.data import ImageSet

UNLIMITED = Link()
_MESSAGES = (Kind.BITS, Kind.SYMBOLS)


@dataclass(frozen=True)
class Sample:
    """One image. `frame` is what crossed: the message after the channel, and its framing."""

    frame: bytes
    device_s: float
    link_s: float
    server_s: float
    prediction: int


@dataclass(frozen=True)
class Passage:
    """How images travel: the pair, the channel's noise, the link, and the harness's clock.

    A half that has not answered within `answer_s` seconds has timed out.
    """

    pair: "Pair"
    channel: "Channel"
    classes: int
    link: Link = UNLIMITED
    seed: int = 0
    answer_s: float = ANSWER_S
    clock: Callable[[], float] = time.perf_counter

    def run(self, images: "ImageSet") -> list[Sample]:
        """One sample an image, in order, after the first has been sent once uncounted.

        Raises:
            BoxFailure: a half failed, or sent what its codec does not allow.
        """
        order = [0, *range(len(images))]
        return [self.send(images.images[i], int(images.index[i])) for i in order][1:]

    def send(self, image: "NDArray[np.uint8]", index: int) -> Sample:
        """One image (c, h, w), `index` naming its noise."""
        start = self.clock()
        message = self._encoded(image)
        made = self.clock()
        rng = generator(self.seed, "noise", self.channel.name, index)
        frame = pack_message(self.channel.send(message, rng))
        server, seconds = self.pair.server, self.link.seconds(len(frame))
        deadline = time.monotonic() + seconds + self.answer_s
        before = self.clock()
        self.link.send(frame, lambda piece: server.write(piece, deadline), self.clock)
        arrived = self.clock()
        answer = self._answer(server, deadline)
        done = self.clock()
        return Sample(frame, made - start, arrived - before, done - arrived, answer)

    def _encoded(self, image: "NDArray[np.uint8]") -> Message:
        device, bits, uses = self.pair.device, self.pair.max_bits, self.pair.max_uses
        largest = max((bits or 0) // 8 + 1, 4 * (uses or 0))
        frame = pack(Kind.IMAGE, image.tobytes())
        kind, size, payload = device.ask(frame, _MESSAGES, largest, self.answer_s)
        try:
            return check_message(unpack_message(kind, size, payload), bits, uses)
        except CosplitError as error:
            raise device.refused(error) from None

    def _answer(self, server: Box, deadline: float) -> int:
        _, size, logits = server.answer({Kind.LOGITS}, 4 * self.classes, deadline)
        if size != 4 * self.classes:
            raise BoxFailure("invalid", f"server: {size} bytes are not {self.classes} logits")
        return int(np.frombuffer(logits, "<f4").argmax())
