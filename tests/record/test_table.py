"""The printed tables: fastest first, failures visible."""

import io

from cosplit.record.table import leaderboard, points
from cosplit.row import Row
from cosplit.screen import print_tables
from cosplit.task import load_task

TASK, HARDWARE = load_task("cifar10"), "raspberry-pi-3"


def row(method, ms=None, **more):
    facts = {
        "task": "cifar10",
        "method": method,
        "point": "conv4_x",
        "split_point": "conv4_x",
        "settings": {},
        "hardware": HARDWARE,
    }
    if ms:
        facts |= {
            "accuracy": 0.94,
            "accuracy_low": 0.935,
            "accuracy_high": 0.945,
            "device_macs": 1_234_567,
            "payload_bits_mean": 16.0,
            "deployable": True,
            "qualifies": {"0.93": True},
            "latency_modelled_ms": {f"{rate:g}": ms for rate in TASK.rates},
        }
    return Row.model_validate(facts | more)


def printed(table):
    file = io.StringIO()
    print_tables(file, table)
    return file.getvalue()


def test_the_fastest_method_comes_first():
    text = printed(leaderboard([row("slow", 20.0), row("fast", 1234.5 / 100)], TASK, HARDWARE))
    assert text.index("fast") < text.index("slow")
    assert "12.3" in text


def test_a_failure_is_shown_with_its_reason():
    text = printed(points([row("a", outcome="crash", detail="no luck")], 0.93))
    assert "crash: no luck" in text


def test_a_point_is_shown_with_its_numbers():
    text = printed(points([row("a", 5.0)], 0.93))
    for part in ("94.00 %", "93.5 to 94.5 %", "1.23 M", "16 bits", "yes"):
        assert part in text


def test_a_code_for_a_noisy_channel_is_shown_in_the_middle_of_its_grid():
    symbols = {"code": "symbols", "payload_bits_mean": None, "latency_modelled_ms": None}
    grid = [
        row("a", 1.0, channel=name, accuracy=accuracy, channel_uses=9, **symbols)
        for name, accuracy in (("awgn0", 0.5), ("awgn10", 0.91), ("awgn20", 0.92))
    ]
    text = printed(points(grid, 0.93))
    assert "9 uses, awgn10" in text
    assert "91.00 %" in text
