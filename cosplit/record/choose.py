"""Which point answers fastest here: the paper's selection, as a minimum over rows."""

from collections.abc import Iterable, Mapping
from typing import Literal

from cosplit.errors import CosplitError
from cosplit.record.fit import Fits, by_share
from cosplit.row import Row

Tier = Literal["modelled", "emulated"]
TIERS: tuple[Tier, ...] = ("modelled", "emulated")
REFERENCE_SEED = 0
"""What the project's own methods, and all that are trained here, are ranked by."""


def reference(rows: Iterable[Row]) -> list[Row]:
    """The rows that are ranked and drawn: of each method on a task, those of its lowest seed.

    `cosplit check` holds that this is seed 0, or the only seed, so the best of several cannot be
    picked. Ask before any other selection: what is left of it must not decide the seed.
    """
    held, lowest = list(rows), dict[tuple[str, str], int]()
    for row in held:
        whose = (row.task, row.method)
        lowest[whose] = min(row.seed, lowest.get(whose, row.seed))
    return [row for row in held if row.seed == lowest[row.task, row.method]]


def candidates(
    rows: Iterable[Row], threshold: float, hardware: str, fits: Fits = by_share
) -> list[Row]:
    """The rows that may answer: of the reference seed, noiseless, at or above the threshold, fit
    for the device."""
    return [
        row
        for row in reference(rows)
        if qualifies(row, threshold) and fits(row) and row.hardware == hardware
    ]


def qualifies(row: Row, threshold: float) -> bool:
    """Whether a noiseless row reached the threshold."""
    sound = row.outcome == "ok" and row.channel == "noiseless"
    return sound and row.qualifies.get(f"{threshold:g}", False)


def latency_ms(row: Row, rate: float, tier: Tier = "modelled") -> float | None:
    """Latency at `rate` bytes per second: the median where it was measured, null where it was not.

    Between the rates of the grid the model is exact: only payload_bits / (8 * rate) changes.
    """
    known = latencies(row, tier)
    if f"{rate:g}" in known or tier != "modelled" or not known or row.payload_bits_mean is None:
        return known.get(f"{rate:g}")
    at, there = next(iter(known.items()))
    return there + 1e3 * row.payload_bits_mean / 8 * (1 / rate - 1 / float(at))


def choose(
    rows: Iterable[Row],
    rate: float,
    hardware: str,
    threshold: float,
    tier: Tier = "modelled",
) -> Row:
    """The point that answers fastest on this device at this rate.

    The paper searches: pick a split, compress the device half until accuracy allows no more,
    train the encoder, note the latency, and go on with the next split, keeping the best. Neither
    weights nor accuracy depend on the rate, so the loop's costly part has been run once and is
    recorded in the rows; what is left for a rate and a device is this minimum.

    Raises:
        CosplitError: no row qualifies, fits and has a latency.
    """
    fit = [(latency_ms(row, rate, tier), row) for row in candidates(rows, threshold, hardware)]
    timed = [(ms, row) for ms, row in fit if ms is not None]
    if not timed:
        raise CosplitError(
            f"no point qualifies at {threshold:g}, fits {hardware!r} and has a {tier} latency at "
            f"{rate:g} B/s; lower the threshold or choose another device"
        )
    return min(timed, key=lambda pair: (pair[0], pair[1].key))[1]


def latencies(row: Row, tier: Tier) -> Mapping[str, float]:
    """Milliseconds by rate; empty where this tier was not measured."""
    if tier == "modelled":
        return row.latency_modelled_ms or {}
    return {rate: part.p50 for rate, part in (row.latency_emulated_ms or {}).items()}
