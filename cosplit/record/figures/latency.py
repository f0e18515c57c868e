"""Latency against rate, by the paper's rule of what fits and by measured memory (its Fig. 4).

Both panels take the modelled latency and the points that qualify; they differ in what the device
can hold. The PNG is drawn in both as the reference, whatever its accuracy.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cosplit.measure.hardware import Hardware
from cosplit.profile import HardwareProfile
from cosplit.record.choose import candidates, latency_ms, qualifies
from cosplit.record.figures.canvas import canvas, foot, plain_ticks, say, settle
from cosplit.record.figures.labels import End, name_ends
from cosplit.record.figures.looks import OURS, ink, looks, series, sized
from cosplit.record.figures.words import short
from cosplit.record.figures.write import Drawing
from cosplit.record.fit import memory_fits, memory_limit, memory_measured
from cosplit.row import Row
from cosplit.task import Task
from cosplit.units import level

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REFERENCE = "png"
MIB = 1 << 20
DENSE = 60
"""Rates drawn in a decade; each line has a mark a decade, no two at the same rate."""


def latency(rows: Sequence[Row], task: Task, hardware: Hardware, threshold: float) -> Drawing:
    """Modelled milliseconds over the rate grid, a line a method at its fastest point that fits.

    Left: `deployable`, the profile's share of MACs. Right: the peak memory of the device half,
    as measured in its container, against the memory that the board leaves to it.
    """
    here = [row for row in rows if row.hardware == hardware.name and row.latency_modelled_ms]
    sound = [row for row in here if qualifies(row, threshold)]
    title = (
        f"Latency over rate by what fits on {hardware.name}: {task.title}, at {level(threshold)}"
    )
    note = "Each method at its fastest point of those that qualify and fit. Modelled, not measured."
    figure, (left, right) = canvas(title, (12, 5.2), ncols=2, sharex=True, sharey=True)
    panels = {
        left: _by_share(left, here, hardware.name, threshold),
        right: _by_memory(right, sound, hardware.device),
    }
    ends = [lines(axes, with_reference(fit, here), task) for axes, fit in panels.items()]
    left.set_ylabel("modelled latency")
    settle(figure)
    placed = zip(panels, ends, strict=True)
    unnamed = [axes for axes, each in placed if not name_ends(axes, each)]
    foot(figure, note, unnamed[0].get_lines() if unnamed else ())
    said = [" ".join([axes.get_title("left"), *_said(fit, task)]) for axes, fit in panels.items()]
    return Drawing(figure, title, f"{note} {' '.join(said)}")


def _by_share(axes: "Axes", here: Sequence[Row], hardware: str, threshold: float) -> list[Row]:
    fit = candidates(here, threshold, hardware)
    axes.set_title("Fits by the paper's share of computation.", loc="left", fontsize=10)
    if not fit:
        say(axes, f"no point reaches {level(threshold)} and fits")
    return fit


def _by_memory(axes: "Axes", sound: Sequence[Row], device: HardwareProfile) -> list[Row]:
    """The panel of what was measured, which says how much that is."""
    limit = memory_limit(device)
    measured = [row for row in sound if memory_measured(row)]
    fit = [row for row in measured if memory_fits(row, limit)]
    share = f"{len(measured)} of {len(sound)} points measured"
    title = f"Fits by measured memory, {limit / MIB:,.0f} MiB: {share}."
    axes.set_title(title, loc="left", fontsize=10)
    if not measured:
        how = f"pytest benchmarks --hardware {device.name}"
        say(axes, f"no point has a measured peak of memory;\n{how}\nmeasures it")
    elif not fit:
        say(axes, "no measured point fits")
    return fit


def with_reference(fit: Iterable[Row], here: Iterable[Row]) -> list[Row]:
    """The rows that may answer, and the PNG's whatever its accuracy."""
    return [
        *(row for row in fit if row.method != REFERENCE),
        *(row for row in here if row.method == REFERENCE and row.channel == "noiseless"),
    ]


def lines(axes: "Axes", rows: Sequence[Row], task: Task) -> list[End]:
    """A line a method, at its fastest point for each rate; gives their ends."""
    ends, look, rates, found = [], looks(rows), dense(task.rates), series(rows)
    for k, (label, mine) in enumerate(found):
        ms = [fastest(mine, rate)[0] for rate in rates]
        name = f"{label} (reference)" if label == REFERENCE else label
        style = sized(look[label], 6) | ({"linestyle": ":"} if label == REFERENCE else {})
        every = (DENSE * (2 * k + 1) // (2 * len(found)), DENSE)
        axes.plot(rates, ms, label=name, mec="white", mew=0.5, lw=1.8, markevery=every, **style)
        ends.append(End(name, rates[-1], ms[-1], ink(style), mine[0].method == OURS))
    axes.set(xscale="log", yscale="log", xlabel="rate")
    axes.set_xlim(task.rates[0], task.rates[-1])
    plain_ticks(axes.xaxis, lambda rate: short(rate, "B/s"))
    plain_ticks(axes.yaxis, lambda ms: short(ms / 1e3, "s"))
    return ends


def dense(rates: Sequence[float]) -> list[float]:
    """From the lowest to the highest of `rates`, `DENSE` a decade: the model is exact between."""
    low, high = math.log10(rates[0]), math.log10(rates[-1])
    steps = max(1, round(DENSE * (high - low)))
    inner = [10 ** (low + (high - low) * k / steps) for k in range(1, steps)]
    return [rates[0], *inner, rates[-1]]


def fastest(rows: Iterable[Row], rate: float) -> tuple[float, Row]:
    """Modelled milliseconds and the row of the point that answers first at `rate`."""
    timed = [(ms, row) for row in rows if (ms := latency_ms(row, rate)) is not None]
    return min(timed, key=lambda pair: (pair[0], pair[1].key))


def _said(rows: Sequence[Row], task: Task) -> Iterable[str]:
    low, high = task.rates[0], task.rates[-1]
    for label, mine in series(rows):
        slow, fast = (short(fastest(mine, rate)[0] / 1e3, "s") for rate in (low, high))
        yield f"{label}: {slow} at {short(low, 'B/s')}, {fast} at {short(high, 'B/s')}."
