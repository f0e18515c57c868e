"""`cosplit choose`: which split, pruning and code answers fastest here."""

from cosplit.cli.common import (
    Hardware,
    Rate,
    TaskOption,
    Threshold,
    load_task,
    task_entries,
    threshold_of,
)
from cosplit.cli.output import AsJson, show


def choose(
    rate: Rate,
    task: TaskOption = "cifar10",
    hardware: Hardware = "raspberry-pi-3",
    threshold: Threshold = None,
    as_json: AsJson = False,
) -> None:
    """Pick the operating point that answers fastest, from what has been scored.

    The paper's iterative search tries split after split; the leaderboard's rows have done that,
    so what is left for a rate and a device is a minimum.
    """
    from cosplit.record.choose import choose as fastest
    from cosplit.record.choose import latency_ms

    asked = load_task(task)
    wanted = threshold_of(asked, threshold)
    rows = [row for entry in task_entries(task) for row in entry.points]
    row = fastest(rows, rate, hardware, wanted)
    answer = {
        "method": row.method,
        "point": row.point,
        "latency_ms": latency_ms(row, rate),
        "accuracy": row.accuracy,
        "device_macs": row.device_macs,
        "payload_bits": row.payload_bits_mean,
    }
    show([answer], as_json, title=f"{task} at {rate:g} B/s on {hardware}, {wanted:g} kept")
