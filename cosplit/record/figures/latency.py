"""Fig. 4: latency against rate, by the paper's rule of what fits and by measured memory.

Both panels take the modelled latency and the points that qualify; they differ in what the device
can hold. The PNG is drawn in both as the reference, whatever its accuracy.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cosplit.measure.hardware import Hardware
from cosplit.profile import HardwareProfile
from cosplit.record.choose import candidates, latency_ms, qualifies
from cosplit.record.figures.canvas import GREY, Look, canvas, legend, looks, say, series
from cosplit.row import Row
from cosplit.task import Task

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

REFERENCE = "png"
MIB = 1 << 20


def latency(rows: Sequence[Row], task: Task, hardware: Hardware, threshold: float) -> "Figure":
    """Modelled milliseconds over the rate grid, a line a method at its fastest point that fits.

    Left: `deployable`, the profile's share of MACs. Right: the peak memory of the device half,
    as measured in its container, against the memory that the board leaves to it.
    """
    here = [row for row in rows if row.hardware == hardware.name and row.latency_modelled_ms]
    sound = [row for row in here if qualifies(row, threshold)]
    figure, (left, right) = canvas(
        f"Fig. 4: points at {threshold:.1%} that fit on {hardware.name}",
        (11, 5),
        ncols=2,
        sharey=True,
    )
    by_label = looks(rows)
    by_share = candidates(here, threshold, hardware.name)
    _panel(left, by_share, here, task, by_label)
    left.set_title("fits by the paper's share of computation", fontsize="small")
    if not by_share:
        say(left, f"no point reaches {threshold:.1%} and fits")
    _memory(right, sound, here, task, hardware.device, by_label)
    left.set_ylabel("modelled latency (ms)")
    return legend(figure, [left, right])


def _memory(
    axes: "Axes",
    sound: Sequence[Row],
    here: Sequence[Row],
    task: Task,
    device: HardwareProfile,
    by_label: dict[str, Look],
) -> None:
    """The panel of what was measured, which says how much that is."""
    limit = memory_limit(device)
    measured = [row for row in sound if memory_measured(row)]
    fit = [row for row in measured if memory_fits(row, limit)]
    _panel(axes, fit, here, task, by_label)
    share = f"{len(measured)} of {len(sound)} points measured"
    axes.set_title(f"fits by measured memory, {limit / MIB:,.0f} MiB: {share}", fontsize="small")
    if not measured:
        how = f"pytest benchmarks --hardware {device.name}"
        say(axes, f"no point has a measured peak of memory;\n{how}\nmeasures it")
    elif not fit:
        say(axes, "no measured point fits")


def memory_limit(device: HardwareProfile) -> int:
    """Bytes a device half may take: the board's memory, less its system's where that is stated."""
    return device.emulation.memory_bytes if device.emulation else device.memory_bytes


def memory_measured(row: Row) -> bool:
    """Whether the row says what its device half needs; to be killed for memory says it too."""
    return row.peak_memory_bytes is not None or row.outcome_emulated == "oom"


def memory_fits(row: Row, limit: int) -> bool:
    """Whether the measured peak stays within `limit` bytes."""
    return row.peak_memory_bytes is not None and row.peak_memory_bytes <= limit


def _panel(
    axes: "Axes",
    fit: Sequence[Row],
    here: Sequence[Row],
    task: Task,
    by_label: dict[str, Look],
) -> None:
    for label, mine in series(row for row in fit if row.method != REFERENCE):
        _line(axes, mine, task, label, by_label[label] | {"markersize": 4})
    png = [row for row in here if row.method == REFERENCE and row.channel == "noiseless"]
    if png:
        _line(axes, png, task, f"{REFERENCE} (reference)", {"color": GREY, "linestyle": ":"})
    axes.set(xscale="log", yscale="log", xlabel="rate (bytes a second)")


def _line(axes: "Axes", rows: Sequence[Row], task: Task, label: str, look: Look) -> None:
    ms = [min(found for row in rows if (found := latency_ms(row, rate))) for rate in task.rates]
    axes.plot(task.rates, ms, label=label, **look)
