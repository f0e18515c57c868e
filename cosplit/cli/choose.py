"""`cosplit choose`: which split, pruning and code answers fastest here."""

from cosplit.cli.common import (
    LEADERBOARD,
    Hardware,
    Rate,
    Root,
    TaskOption,
    Threshold,
    hardware_of,
    load_task,
    rate_of,
    task_entries,
    threshold_of,
)
from cosplit.cli.output import AsJson, tell


def choose(
    rate: Rate,
    task: TaskOption = "cifar10",
    hardware: Hardware = "raspberry-pi-3",
    threshold: Threshold = None,
    leaderboard: Root = LEADERBOARD,
    as_json: AsJson = False,
) -> None:
    """Pick the operating point that answers fastest.

    From what has been scored: the paper's iterative search tries split after split; the
    leaderboard's rows have done that, so what is left for a rate and a device is a minimum.
    """
    from cosplit.record.choose import choose as fastest
    from cosplit.record.choose import latency_ms
    from cosplit.units import bits, count, level, milliseconds, percent

    asked, rate, pair = load_task(task), rate_of(rate), hardware_of(hardware)
    wanted = threshold_of(asked, threshold)
    rows = [row for entry in task_entries(task, leaderboard) for row in entry.points]
    row = fastest(rows, rate, pair, wanted)
    ms = latency_ms(row, rate)
    question = {"task": task, "rate_bytes_per_s": rate, "hardware": pair, "threshold": wanted}
    answer = {
        "method": row.method,
        "point": row.point,
        "latency_ms": ms,
        "accuracy": row.accuracy,
        "device_macs": row.device_macs,
        "payload_bits": row.payload_bits_mean,
    }
    facts = [
        ("method", row.method),
        ("point", row.point),
        ("latency", f"{milliseconds(ms)} ms, modelled"),
        ("accuracy", percent(row.accuracy)),
        ("device MACs", count(row.device_macs)),
        ("sent", f"{bits(row.payload_bits_mean)} bits"),
    ]
    title = f"{task} at {rate:,.10g} B/s on {pair}, {level(wanted)} kept: the fastest answer"
    tell({**question, **answer}, as_json, title, facts)
