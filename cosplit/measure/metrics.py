"""Turns raw observations into rows: every metric of the design is computed here, afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cosplit.channel import Channel
from cosplit.measure import accuracy
from cosplit.measure.hardware import Hardware
from cosplit.measure.latency import FLOPS_PER_MAC, Unpruned, deployable, modelled_ms
from cosplit.measure.observation import Observation
from cosplit.row import Row
from cosplit.task import Task

ANSWER_BITS = 4
"""A message this short can only be the answer."""
HEAD_MARGIN = 0.005
"""A split is worth nothing where a linear head on the device comes this close."""


@dataclass(frozen=True)
class Setting:
    """What all rows of one run share. `n_asked` counts the test images, missing ones included."""

    task: Task
    hardware: Hardware
    n_asked: int
    images_digest: str
    png_bits_mean: float
    detail: str = ""


@dataclass(frozen=True)
class Subject:
    """What is known of one trained point before any test image is seen.

    `validation` is accuracy by channel name; `compresses`, whether the method's device half is
    bounded by the profile's larger share.
    """

    device_macs: int
    device_params: int
    server_macs: int
    unpruned: Unpruned
    compresses: bool
    validation: Mapping[str, float]
    head_accuracy: float | None
    weights_digest: str


def row(base: Row, setting: Setting, subject: Subject, seen: Observation, channel: Channel) -> Row:
    """`base` (who, where) with all that `seen` says.

    Over a noisy channel a code without protection of its own is charged bits / capacity channel
    uses, as if the channel code were perfect; `seen` is then its noiseless observation.
    """
    facts = {
        "outcome": seen.outcome,
        "detail": seen.detail or setting.detail,
        "code": seen.code,
        "channel": channel.name,
        "hardware": setting.hardware.name,
        **_costs(setting, subject),
    }
    if seen.outcome == "ok":
        facts |= _accuracies(setting, subject, seen)
        facts |= _payload(setting, subject, seen, channel)
    done = Row.model_validate({**base.model_dump(), **facts})
    return done.model_copy(update={"early_exit": early_exit(done)})


def _costs(setting: Setting, subject: Subject) -> dict[str, Any]:
    rule = setting.hardware.device.deployable
    fits = rule and deployable(rule, subject.unpruned, subject.device_macs, subject.compresses)
    return {
        "device_macs": subject.device_macs,
        "device_flops": FLOPS_PER_MAC * subject.device_macs,
        "device_params": subject.device_params,
        "server_macs": subject.server_macs,
        "weights_digest": subject.weights_digest,
        "deployable": fits,
    }


def _accuracies(setting: Setting, subject: Subject, seen: Observation) -> dict[str, Any]:
    n, n_correct = len(seen.correct), int(seen.correct.sum())
    low, high = accuracy.wilson(n_correct, n)
    validation = subject.validation.get(seen.channel)
    judged = (validation, n_correct, setting.n_asked)
    thresholds = setting.task.thresholds
    return {
        "accuracy": n_correct / n,
        "accuracy_low": low,
        "accuracy_high": high,
        "n_images": n,
        "n_missing": setting.n_asked - n,
        "correct": accuracy.pack(seen.correct),
        "images_digest": setting.images_digest,
        "validation_accuracy": validation,
        "head_accuracy": subject.head_accuracy,
        "qualifies": {f"{t:g}": accuracy.qualifies(t, *judged) for t in thresholds},
        "certain": {f"{t:g}": accuracy.certain(t, *judged) for t in thresholds},
    }


def _payload(
    setting: Setting, subject: Subject, seen: Observation, channel: Channel
) -> dict[str, Any]:
    if seen.code == "symbols":
        return {"channel_uses": float(seen.uses.mean())}
    bits = float(seen.bits.mean())
    return {
        "payload_bits_mean": bits,
        "payload_bits_p99": float(np.quantile(seen.bits, 0.99, method="higher")),
        "payload_bits_headerless": float(seen.headerless.mean()) if len(seen.headerless) else None,
        "amplification": bits / setting.png_bits_mean,
        "channel_uses": bits / channel.capacity() if np.isfinite(channel.capacity()) else None,
        "latency_modelled_ms": modelled_ms(
            subject.device_macs, bits, subject.server_macs, setting.task.rates, setting.hardware
        ),
    }


def early_exit(done: Row) -> bool | None:
    """Whether the split is worth nothing: the answer itself is sent, or a head here is as good."""
    if done.accuracy is None:
        return None
    short = done.payload_bits_mean is not None and done.payload_bits_mean <= ANSWER_BITS
    head, whole = done.head_accuracy, done.validation_accuracy  # both on validation images
    return short or (head is not None and whole is not None and head >= whole - HEAD_MARGIN)
