"""Rows made up, the figures of them, and what of a figure a test looks at."""

from matplotlib.axis import Axis
from matplotlib.text import Text

from cosplit.measure.hardware import Hardware
from cosplit.record.figures import latency, noise, tradeoff, winners
from cosplit.record.figures.looks import MARKS, OTHERS
from cosplit.row import Row
from cosplit.task import load_task

TASK, HARDWARE, HERE = load_task("cifar10"), Hardware.parse("raspberry-pi-3"), "0.93"


def row(method, macs, bits, qualifies=True, deployable=True, **more):
    latencies = {f"{rate:g}": macs / 1e6 + 125 * bits / rate for rate in TASK.rates}
    facts = {
        "task": "cifar10",
        "method": method,
        "point": f"conv4_x-bits{bits}",
        "split_point": "conv4_x",
        "settings": {},
        "accuracy": 0.94,
        "device_macs": macs,
        "payload_bits_mean": bits,
        "amplification": bits / 18_000,
        "latency_modelled_ms": latencies,
        "deployable": deployable,
        "hardware": HARDWARE.name,
        "qualifies": {HERE: qualifies},
    }
    return Row.model_validate(facts | more)


def fig3(*rows):
    return tradeoff(rows, TASK, HARDWARE, 0.93).figure


def fig4(*rows):
    return latency(rows, TASK, HARDWARE, 0.93).figure


def fig5(*rows):
    return noise(rows, TASK, 0.93).figure


def front(*rows):
    return winners(rows, TASK, HARDWARE, 0.93).figure


def lines(figure, axes=0):
    """Plotted lines by label."""
    found = figure.axes[axes].lines
    return {line.get_label(): line for line in found if not line.get_label().startswith("_")}


def marks(figure):
    """Marks of a trade-off, from the lowest up, without the strokes through what does not fit."""
    found = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    found = [mark for mark in found if mark.get_marker() in {*MARKS.values(), *OTHERS}]
    return sorted(found, key=lambda mark: mark.get_zorder())


def words(figure):
    """What is written, ticks apart."""
    ticks = {id(label) for axis in figure.findobj(Axis) for label in axis.get_ticklabels()}
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [text for text in found if id(text) not in ticks]


def said(figure):
    return [text.get_text() for text in words(figure)]


def over(channel, uses, method="three_step", **more):
    facts = {"channel": channel, "channel_uses": uses, "latency_modelled_ms": None}
    return row(method, 1e6, more.pop("bits", 16), **facts | more)


def symbols(channel, uses, **more):
    return over(channel, uses, code="symbols", payload_bits_mean=None, **more)
