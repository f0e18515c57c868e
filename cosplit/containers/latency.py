"""Emulated latency from samples: percentiles with distribution-free bounds, and the parts."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cosplit.containers.frames import HEADER_BYTES
from cosplit.containers.passes import Sample
from cosplit.link import Link
from cosplit.row import EmulatedLatency

if TYPE_CHECKING:
    from numpy.typing import NDArray

PACING_BUDGET_S = 0.5
"""A rate's messages are paced for real where that takes no longer in all."""
_CONFIDENCE = 0.95
_MS = 1000


def emulated_latency(
    samples: Sequence[Sample],
    rates: Iterable[float],
    delay_s: float = 0.0,
    budget_s: float = PACING_BUDGET_S,
) -> dict[str, EmulatedLatency]:
    """By rate in bytes per second: what the parts took, with each message's time on the link.

    Device and server times do not depend on the rate and are those of the samples.
    """
    return {f"{r:g}": _at_rate(samples, Link(r, delay_s), budget_s) for r in rates}


def _at_rate(samples: Sequence[Sample], link: Link, budget_s: float) -> EmulatedLatency:
    sizes = [len(sample.frame) for sample in samples]
    computed = sum(map(link.seconds, sizes)) > budget_s
    if computed:
        on_link = np.array([link.seconds(size) for size in sizes])
    else:
        arrived = bytearray()
        on_link = np.array([link.send(sample.frame, arrived.extend) for sample in samples])
    device = np.array([sample.device_s for sample in samples])
    server = np.array([sample.server_s for sample in samples])
    total = _MS * (device + on_link + server)
    p50, p90, p99 = (percentile(total, q) for q in (0.5, 0.9, 0.99))
    return EmulatedLatency(
        p50=p50[0],
        p50_low=total.min() if p50[1] is None else p50[1],
        p50_high=total.max() if p50[2] is None else p50[2],
        p90=p90[0],
        p90_low=p90[1],
        p90_high=p90[2],
        p99=None if p99[2] is None else p99[0],
        p99_low=None if p99[2] is None else p99[1],
        p99_high=p99[2],
        device=_MS * float(np.median(device)),
        link=_MS * float(np.median(on_link)),
        link_without_framing=_MS * float(np.median(on_link) - HEADER_BYTES / link.rate_bytes_per_s),
        server=_MS * float(np.median(server)),
        computed_link=computed,
    )


def percentile(
    values: "NDArray[np.floating]", q: float
) -> tuple[float, float | None, float | None]:
    """The q-quantile, and the order statistics that bound it at 95 % whatever the distribution.

    A bound is None where so few values have none.
    """
    from scipy.stats import binom

    ordered, n = np.sort(values), len(values)
    low = int(binom.ppf((1 - _CONFIDENCE) / 2, n, q)) - 1
    high = int(binom.ppf((1 + _CONFIDENCE) / 2, n, q))
    return (
        float(np.quantile(ordered, q)),
        float(ordered[low]) if low >= 0 else None,
        float(ordered[high]) if high < n else None,
    )
