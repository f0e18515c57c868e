"""What got worse in one row: MACs, bits, channel uses, accuracy and outcome."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from cosplit.measure.accuracy import mcnemar, unpack
from cosplit.row import Row
from cosplit.toml import Section
from cosplit.units import percent

Verdict = Literal["worse", "better", "new", "not judged"]


class Limits(Section):
    """`[tool.cosplit.compare]`: how much worse a metric may get."""

    macs: float = Field(default=0.0, ge=0, description="relative rise, where the weights differ")
    bits: float = Field(default=0.005, ge=0, description="relative rise, where the weights differ")
    accuracy_points: float = Field(default=1.0, ge=0, description="percentage points")
    accuracy_p: float = Field(default=0.01, ge=0, le=1, description="one-sided, paired")
    latency: float = Field(
        default=0.15, ge=0, description="relative rise of most of a method's rows"
    )


Value = str | float | None


@dataclass(frozen=True)
class Finding:
    """One metric that is not as it was, or could not be judged; values are as measured."""

    what: str
    metric: str
    base: Value
    head: Value
    change: str
    verdict: Verdict

    def shown(self) -> dict[str, str]:
        """For people, by heading."""
        values = {"base": _shown(self.metric, self.base), "head": _shown(self.metric, self.head)}
        return {
            "what": self.what,
            "metric": self.metric.replace("_", " ").replace("macs", "MACs"),
            **values,
            "change": self.change,
            "verdict": self.verdict,
        }


def _shown(metric: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    if metric == "accuracy":
        return percent(value)
    return "" if value is None else f"{value:,.10g}"


def label(row: Row) -> str:
    """A row in one word: `cifar10/png/input/awgn10`, and its seed where that is not 0."""
    channel = "" if row.channel == "noiseless" else row.channel
    seed = f"seed{row.seed}" if row.seed else ""
    return "/".join(filter(None, (row.task, row.method, row.point, channel, seed)))


def row_findings(base: Row, head: Row, limits: Limits) -> Iterator[Finding]:
    """Every metric of the row that changed."""
    what, detail = label(head), head.detail
    yield from _outcome(what, "outcome", base.outcome, head.outcome, detail)
    if base.outcome != "ok" or head.outcome != "ok":
        return
    emulated = base.outcome_emulated, head.outcome_emulated
    yield from _outcome(what, "outcome emulated", *emulated, detail)
    same_weights = base.weights_digest == head.weights_digest != ""
    for metric, allowed in (
        ("device_macs", limits.macs),
        ("server_macs", limits.macs),
        ("payload_bits_mean", limits.bits),
        ("payload_bits_p99", limits.bits),
        ("channel_uses", limits.bits),
    ):
        before, after = getattr(base, metric), getattr(head, metric)
        yield from _count(what, metric, before, after, None if same_weights else allowed)
    yield from _accuracy(base, head, limits)


def _outcome(
    what: str, metric: str, before: str | None, after: str | None, detail: str
) -> Iterator[Finding]:
    """None: the point was not run in containers."""
    if before == after or before is None:
        return
    verdict: Verdict = "better" if after == "ok" else "worse"
    if after is None:
        verdict, detail = "not judged", "no containers in this run"
    yield Finding(what, metric, before, after, detail, verdict)


def _count(
    what: str, metric: str, before: float | None, after: float | None, allowed: float | None
) -> Iterator[Finding]:
    """`allowed` is the relative rise that passes; None asks for the very same number."""
    if before == after:
        return
    if before is None or after is None:
        yield Finding(what, metric, before, after, "appeared or vanished", "worse")
        return
    rise = (after - before) / before if before else float("inf")
    if allowed is None or rise > allowed:
        verdict: Verdict = "worse"
    elif rise < 0:
        verdict = "better"
    else:
        return
    change = f"{100 * rise:+.2f} %" + (" at equal weights" if allowed is None else "")
    yield Finding(what, metric, before, after, change, verdict)


def _accuracy(base: Row, head: Row, limits: Limits) -> Iterator[Finding]:
    if base.accuracy is None or head.accuracy is None:
        if base.accuracy != head.accuracy:
            yield from _count(label(head), "accuracy", base.accuracy, head.accuracy, None)
        return
    points = 100 * (head.accuracy - base.accuracy)
    p = _p_worse(base, head)
    chance = "other images: not paired" if p is None else f"p = {p:.2g}"
    values = (base.accuracy, head.accuracy, f"{points:+.2f} points, {chance}")
    if points < -limits.accuracy_points or (p is not None and p < limits.accuracy_p):
        yield Finding(label(head), "accuracy", *values, "worse")
    elif points > limits.accuracy_points:
        yield Finding(label(head), "accuracy", *values, "better")


def _p_worse(base: Row, head: Row) -> float | None:
    """McNemar's exact one-sided p that `head` is worse; None where the images are not the same."""
    if (base.images_digest, base.n_images) != (head.images_digest, head.n_images):
        return None
    if base.correct == head.correct:
        return 1.0
    try:
        old, new = unpack(base.correct, base.n_images), unpack(head.correct, head.n_images)
    except ValueError:
        return None
    return mcnemar(new, old, alternative="less")
