"""Judges one operating point over one channel. The harness runs none of its code.

all images --device box--> messages | box gone | channel | another order --server box--> logits
64 of them again, in fresh boxes: the same messages and logits?
a network of the counted MACs in its own box: the same CPU seconds?
changed images: lost no more than the base loses?
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cosplit.containers.box import BoxFailure
from cosplit.errors import CosplitError
from cosplit.measure.observation import UNEQUAL, Observation
from cosplit.measure.payload import charged_bits
from cosplit.message import Bits, Message
from cosplit.seeds import generator
from cosplit.submission import halves, verdicts
from cosplit.submission.declared import Declared
from cosplit.submission.exam import Exam
from cosplit.submission.folder import Submission
from cosplit.submission.halves import Patience
from cosplit.submission.manifest import Point
from cosplit.submission.sandbox import JudgedBox, Sandbox, load
from cosplit.submission.weights import pack_half
from cosplit.tensorfile import dump_tensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cosplit.artifacts import Half
    from cosplit.channel import Channel

REPLAYED = 64
COUNTED = 16
REFERENCE = "reference_network"


@dataclass(frozen=True)
class Judged:
    """What came out; costs are None where it failed before they were known."""

    observation: Observation
    validation_accuracy: float | None = None
    device_macs: int | None = None
    server_macs: int | None = None


@dataclass(frozen=True)
class Judge:
    """One submission before one exam. Never raises for what submitted code does."""

    sandbox: Sandbox
    submission: Submission
    exam: Exam
    patience: Patience = field(default_factory=Patience)

    def judge(self, point: Point, channel: "Channel") -> Judged:
        """The point over the channel: an observation of the test images, or how it failed."""
        try:
            return self._judge(point, channel)
        except BoxFailure as failure:
            return _failed(channel, failure.outcome, failure.detail)

    def _judge(self, point: Point, channel: "Channel") -> Judged:
        exam, pool = self.exam, self.exam.pool
        says, sent, cpu_s = self._sent(point, channel, pool)
        received = self._transmit(channel, sent)
        logits = self._answered(point, channel, received)

        few = generator(exam.drawn, "replayed").permutation(len(pool))[:REPLAYED]
        again, device_macs = self._replayed_device(point, channel, pool[few])
        later, server_macs = self._replayed_server(point, channel, [received[i] for i in few])
        if why := verdicts.replay([sent[i] for i in few], again, logits[few], later):
            return _failed(channel, "cheat:replay", why)
        if why := self._compute(device_macs, cpu_s, pool[few]):
            return _failed(channel, "cheat:uncounted_compute", why)
        predictions = logits.argmax(1)
        if why := verdicts.memory(exam.right_by_kind(predictions), exam.base):
            return _failed(channel, "cheat:memorises", why)
        correct, validation = exam.right(predictions)
        seen = _observed(channel, says, sent[: len(correct)], correct)
        return Judged(seen, validation, device_macs, server_macs)

    def _sent(
        self, point: Point, channel: "Channel", pool: "NDArray[np.uint8]"
    ) -> tuple[Declared, list[Message], float]:
        """What the device half declares, its messages in the pool's order, CPU seconds an image."""
        order = self.exam.order("device", channel.name)
        with self.sandbox.start("device") as box:
            says = self._load(box, "device", point, channel)
            ordered, cpu_s = halves.messages(box, says, pool[order], self.patience)
        places = {int(place): message for place, message in zip(order, ordered, strict=True)}
        return says, [places[k] for k in range(len(places))], cpu_s

    def _answered(
        self, point: Point, channel: "Channel", received: list[Message]
    ) -> "NDArray[np.float32]":
        """The server half's logits (n, classes) in the pool's order."""
        order = self.exam.order("server", channel.name)
        logits = np.empty((len(received), self.exam.task.data.classes), np.float32)
        with self.sandbox.start("server") as box:
            self._load(box, "server", point, channel)
            logits[order] = self._logits(box, [received[i] for i in order])
        return logits

    def _transmit(self, channel: "Channel", sent: list[Message]) -> list[Message]:
        try:
            return self.exam.received(channel, sent)
        except CosplitError as error:
            raise BoxFailure("invalid", str(error)) from None

    def _logits(self, box: JudgedBox, received: list[Message]) -> "NDArray[np.float32]":
        return halves.logits(box, received, self.exam.task.data.classes, self.patience)

    def _replayed_device(
        self, point: Point, channel: "Channel", images: "NDArray[np.uint8]"
    ) -> tuple[list[Message], int]:
        with self.sandbox.start("device") as box:
            says = self._load(box, "device", point, channel)
            again, _ = halves.messages(box, says, images, self.patience)
            few = images[:COUNTED]
            macs = halves.count(box, lambda: halves.messages(box, says, few, self.patience))
        return again, macs

    def _replayed_server(
        self, point: Point, channel: "Channel", received: list[Message]
    ) -> tuple["NDArray[np.float32]", int]:
        with self.sandbox.start("server") as box:
            self._load(box, "server", point, channel)
            later = self._logits(box, received)
            macs = halves.count(box, lambda: self._logits(box, received[:COUNTED]))
        return later, macs

    def _compute(self, macs: int, cpu_s: float, images: "NDArray[np.uint8]") -> str | None:
        """Measured once more before it is a verdict: the machine may have been busy."""
        if verdicts.compute(macs, cpu_s, self._reference(macs, images)) is None:
            return None
        return verdicts.compute(macs, cpu_s, self._reference(macs, images))

    def _reference(self, macs: int, images: "NDArray[np.uint8]") -> float:
        """CPU seconds an image of a network of that many MACs."""
        source = (Path(__file__).parent / f"{REFERENCE}.py").read_text()
        point = {"split_point": "input", "settings": {}}
        notes = {"point": point, "config": {"macs": macs}, "half": "device"}
        with self.sandbox.start("device") as box:
            settings = self._settings("device", REFERENCE, source)
            says = load(box, settings, dump_tensors({}, notes))
            return halves.messages(box, says, images, self.patience)[1]

    def _load(self, box: JudgedBox, half: "Half", point: Point, channel: "Channel") -> Declared:
        name, code = self.submission.manifest.name, self.submission.code
        settings = self._settings(half, name, code)
        settings["level"] = channel.level if point.designed_for else None
        packed = pack_half(self.submission.weights[point.operating.name], half)
        says = load(box, settings, packed)
        if says.designed_for != point.designed_for:
            raise BoxFailure(
                "invalid", f"its codec is designed for {says.designed_for}, its point says "
                f"{point.designed_for}; correct submission.toml"
            )  # fmt: skip
        return says

    def _settings(self, half: "Half", name: str, code: str) -> dict[str, Any]:
        task = self.exam.task.model_dump(mode="json", exclude={"folder"})
        return {"task": task, "method": name, "sources": {f"methods/{name}.py": code}, "half": half}


def _observed(
    channel: "Channel", says: Declared, sent: list[Message], correct: "NDArray[np.bool_]"
) -> Observation:
    bits = [message for message in sent if isinstance(message, Bits)]
    if says.designed_for is None:
        if len(bits) < len(sent):
            return _failed(channel, "invalid", "symbols without a channel they are for").observation
        return Observation(channel.name, "bits", correct, charged_bits(bits, says.max_bits or 0))
    uses = [m.n_bits if isinstance(m, Bits) else m.n_uses for m in sent]
    if len(set(uses)) > 1:
        return _failed(channel, "invalid", UNEQUAL).observation
    return Observation(channel.name, "symbols", correct, uses=np.array(uses, dtype=np.int64))


def _failed(channel: "Channel", outcome: str, detail: str) -> Judged:
    return Judged(Observation(channel.name, outcome=outcome, detail=detail[:300]))
