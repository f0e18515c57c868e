"""An entry's numbers against each other: everything that follows from a field is computed anew."""

import base64
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from cosplit.errors import CosplitError
from cosplit.measure import accuracy
from cosplit.measure.hardware import Hardware
from cosplit.measure.latency import FLOPS_PER_MAC, modelled_ms
from cosplit.measure.metrics import early_exit
from cosplit.point import OperatingPoint
from cosplit.record.choose import reference
from cosplit.record.entry import DataRef, Entry
from cosplit.row import Row
from cosplit.task import Task

MAX_NOISELESS_POINTS = 12
WHOLE = "whole"  # the split point of methods that answer on the device
Mistake = tuple[str, str]  # (field, what is wrong and the remedy)


def entry_mistakes(entry: Entry, task: Task) -> Iterator[Mistake]:
    """What does not hold of the rows together."""
    if entry.task.digest != task.digest or entry.task.version != task.version:
        yield "task", f"measured on another version of {task.name!r}; measure again on this one"
    rows = entry.points
    for key, n in Counter(row.key for row in rows).items():
        if n > 1:
            said = f"{key[2]} over {key[3]} of seed {key[4]}"
            yield "points", f"{said} stands {n} times; keep one row"
    noiseless = {row.point for row in rows if row.channel == "noiseless"}
    if len(noiseless) > MAX_NOISELESS_POINTS:
        yield "points", f"{len(noiseless)} noiseless points; {MAX_NOISELESS_POINTS} at most"
    frozen, shown = set(entry.frozen_points), {row.point for row in rows}
    for point in sorted(frozen - {row.point for row in reference(rows)}):
        yield "points", f"no row for the frozen point {point!r}; failures are rows too"
    if set(entry.test_looks) != frozen:
        yield "test_looks", "must say of every frozen point how often it was looked at, no others"
    for point in sorted(shown - frozen):
        yield "frozen_points", f"{point!r} was not frozen before the test; remove its rows"
    if entry.provenance.dirty:
        yield "provenance.dirty", "code had changes that no commit holds; commit and measure again"
    seeds = sorted({row.seed for row in rows})
    if sorted(entry.provenance.seeds) != seeds:
        yield "provenance.seeds", f"must list the rows' seeds, {seeds}"
    yield from _missing(entry.provenance.data, task.data.n_test)
    yield from _one_reference(rows)


def _missing(data: DataRef, n_test: int) -> Iterator[Mistake]:
    """Images that were not there: none is named, or each is, once."""
    named, n_missing = list(data.missing), n_test - data.n
    if named and (len(named) != n_missing or named != sorted(set(named))):
        yield "provenance.data.missing", f"must be {n_missing} positions, ascending"


def _one_reference(rows: tuple[Row, ...]) -> Iterator[Mistake]:
    """Amplification is over one PNG payload, the same for all rows."""
    png = {
        row.payload_bits_mean / row.amplification
        for row in rows
        if row.payload_bits_mean and row.amplification
    }
    if png and not math.isclose(min(png), max(png), rel_tol=1e-6):
        yield "points.amplification", "rows are over different PNG payloads; use the task's"


def row_mistakes(row: Row, entry: Entry, task: Task) -> Iterator[Mistake]:
    """What does not hold inside one row, its latency apart."""
    if (row.task, row.method) != (entry.task.name, entry.method.name):
        yield "task", f"row of {row.method} on {row.task}; an entry is one method on one task"
    if row.split_point not in (*task.backbone.split_points, WHOLE):
        yield "split_point", f"{row.split_point!r} is none of the task's"
    yield from _name(row)
    if row.device_macs is not None and row.device_flops != FLOPS_PER_MAC * row.device_macs:
        yield "device_flops", f"{row.device_flops} is not twice device_macs"
    yield from _failed(row) if row.outcome != "ok" else _scored(row, entry, task)


def _name(row: Row) -> Iterator[Mistake]:
    try:
        name = OperatingPoint(row.split_point, row.settings).name
    except CosplitError as error:
        yield "settings", str(error)
        return
    if row.point != name:
        yield "point", f"is not {name[:100]!r}, the name that split_point and settings give"


def _failed(row: Row) -> Iterator[Mistake]:
    if any(row.qualifies.values()) or row.accuracy is not None:
        yield "outcome", f"{row.outcome}, yet it has an accuracy or qualifies; clear both"


def _scored(row: Row, entry: Entry, task: Task) -> Iterator[Mistake]:
    data = entry.provenance.data
    if (row.images_digest, row.n_images) != (data.digest, data.n):
        yield "images_digest", "other images than provenance.data; score all points on the same"
    if row.n_images + row.n_missing != task.data.n_test:
        yield "n_missing", f"must be {task.data.n_test - row.n_images}: all test images count"
    if row.device_macs is None or row.server_macs is None:
        yield "device_macs", "missing; every scored row has a cost"
    if row.code == "bits" and row.payload_bits_mean is None:
        yield "payload_bits_mean", "missing; a row of bits says how many"
    if row.code == "symbols" and (row.payload_bits_mean or row.latency_modelled_ms):
        yield "code", "symbols have channel_uses, no payload_bits and no modelled latency"
    if row.code == "symbols" and row.channel_uses is None:
        yield "channel_uses", "missing; a row of symbols says how many"
    n_correct = _popcount(row)
    if n_correct is None:
        yield "correct", f"does not hold {row.n_images} images; use measure.accuracy.pack"
        return
    yield from _accuracy(row, n_correct)
    yield from _thresholds(row, task, n_correct)
    if row.early_exit is not early_exit(row):
        yield "early_exit", f"{row.early_exit}, but bits and head_accuracy say otherwise"


def _popcount(row: Row) -> int | None:
    try:
        data = base64.b64decode(row.correct, validate=True)
    except ValueError:
        return None
    spare = -row.n_images % 8
    padded = int.from_bytes(data, "big") & ((1 << spare) - 1)
    if not row.n_images or len(data) != (row.n_images + 7) // 8 or padded:
        return None
    return int.from_bytes(data, "big").bit_count()


def _accuracy(row: Row, n_correct: int) -> Iterator[Mistake]:
    low, high = accuracy.wilson(n_correct, row.n_images)
    for field, told, found in (
        ("accuracy", row.accuracy, n_correct / row.n_images),
        ("accuracy_low", row.accuracy_low, low),
        ("accuracy_high", row.accuracy_high, high),
    ):
        if told is None or not math.isclose(told, found, abs_tol=1e-6):
            yield field, f"{told}, but `correct` gives {found:.6f}"


def _thresholds(row: Row, task: Task, n_correct: int) -> Iterator[Mistake]:
    """Images that the copy of the data lacks count as wrong, so n is the whole test split."""
    for threshold in task.thresholds:
        key, known = f"{threshold:g}", (row.validation_accuracy, n_correct, task.data.n_test)
        for field, told, found in (
            ("qualifies", row.qualifies.get(key), accuracy.qualifies(threshold, *known)),
            ("certain", row.certain.get(key), accuracy.certain(threshold, *known)),
        ):
            if told is not found:
                yield f"{field}.{key}", f"{told}, but the row's numbers give {found}"


def latency_mistakes(
    row: Row, rates: Sequence[float], parse: Callable[[str], Hardware]
) -> Iterator[Mistake]:
    """Modelled latencies against the formula; measured ones against their own quantiles."""
    for rate, part in (row.latency_emulated_ms or {}).items():
        if not part.p50_low <= part.p50 <= min(part.p50_high, part.p90):
            yield f"latency_emulated_ms.{rate}", "its p50 is not between its bounds"
    if row.latency_modelled_ms is None or row.payload_bits_mean is None:
        return
    try:
        hardware = parse(row.hardware or "")
    except CosplitError as error:
        yield "hardware", str(error)
        return
    costs = (row.device_macs or 0, row.payload_bits_mean, row.server_macs or 0)
    yield from _modelled(row.latency_modelled_ms, modelled_ms(*costs, rates, hardware))


def _modelled(told: dict[str, float], found: dict[str, float]) -> Iterator[Mistake]:
    if told.keys() != found.keys():
        yield "latency_modelled_ms", "its rates are not the task's grid"
        return
    for rate, value in found.items():
        if not math.isclose(told[rate], value, rel_tol=1e-6):
            yield f"latency_modelled_ms.{rate}", f"{told[rate]:g}, but the formula gives {value:g}"
            return
