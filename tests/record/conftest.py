"""Made-up rows and leaderboards that obey every rule, for tests to break one at a time."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from cosplit.measure import accuracy
from cosplit.measure.hardware import DEVICE, SERVER, Hardware
from cosplit.measure.latency import modelled_ms
from cosplit.profile import load_profile
from cosplit.record.entry import Entry, write_entry
from cosplit.row import Row
from cosplit.task import load_task

N = 10_000
PNG_BITS = 18_038.0
PROFILE = """title = "{role}"
role = "{role}"
processor = "made up"
flops_per_s = {flops}
memory_bytes = 1000000000
sources = {{ flops_per_s = "made up", memory_bytes = "made up" }}
"""


@pytest.fixture(scope="session")
def task():
    return load_task("cifar10")


@pytest.fixture(scope="session")
def profiles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("profiles")
    (folder / f"{DEVICE}.toml").write_text(PROFILE.format(role="device", flops="24e9"))
    (folder / f"{SERVER}.toml").write_text(PROFILE.format(role="server", flops="13.45e12"))
    return folder


@pytest.fixture(scope="session")
def make_row(task, profiles):
    return partial(_row, task, Hardware.parse(load=partial(load_profile, folder=profiles)))


@pytest.fixture(scope="session")
def make_entry(task, make_row):
    return partial(_entry, task, make_row)


@pytest.fixture
def leaderboard(tmp_path: Path, make_entry) -> Path:
    """A leaderboard of three sound entries."""
    root = tmp_path / "leaderboard"
    for name, macs in (("png", 0), ("ours", 38_600_000), ("theirs", 152_000_000)):
        write_entry(root, make_entry(name, [(macs, 9_000 / (1 + macs / 1e7), 9_350)]))
    return root


def _row(task, pair, method="ours", /, *point, **fields):
    macs, bits, n_correct = point or (1_000_000, 1_000.0, 9_400)
    split = fields.pop("split_point", "conv2_x")
    settings = fields.pop("settings", {"bits": round(bits)})
    n = fields.pop("n", N)
    correct = np.random.default_rng(n_correct).permutation(np.arange(n) < n_correct)
    low, high = accuracy.wilson(n_correct, n)
    known = (n_correct / n, n_correct, N)
    facts = {
        "task": task.name,
        "method": method,
        "point": "-".join([split, *(f"{key}{value:g}" for key, value in settings.items())]),
        "split_point": split,
        "settings": settings,
        "validation_accuracy": n_correct / n,
        "accuracy": n_correct / n,
        "accuracy_low": low,
        "accuracy_high": high,
        "n_images": n,
        "n_missing": N - n,
        "correct": accuracy.pack(correct),
        "images_digest": "d" * 64,
        "device_macs": macs,
        "device_flops": 2 * macs,
        "device_params": 10,
        "server_macs": 400_000_000,
        "payload_bits_mean": bits,
        "payload_bits_p99": bits,
        "amplification": bits / PNG_BITS,
        "qualifies": {f"{t:g}": accuracy.qualifies(t, *known) for t in task.thresholds},
        "certain": {f"{t:g}": accuracy.certain(t, *known) for t in task.thresholds},
        "early_exit": bits <= 4,
        "hardware": DEVICE,
        "deployable": True,
        "latency_modelled_ms": modelled_ms(macs, bits, 400_000_000, task.rates, pair),
        "weights_digest": "e" * 64,
    }
    return Row.model_validate(facts | fields)


def _entry(task, make_row, name="ours", points=((1_000_000, 1_000.0, 9_400),), **fields):
    rows = fields.pop("rows", None) or [make_row(name, *point) for point in points]
    facts = {
        "schema": "cosplit-entry-1",
        "task": {"name": task.name, "version": task.version, "digest": task.digest},
        "method": {
            "name": name,
            "title": f"The method {name}",
            "authors": [f"Author of {name}"],
            "source": "arXiv:2006.02166",
            "code_digest": "c" * 64,
        },
        "frozen_points": sorted({row.point for row in rows}),
        "test_looks": {row.point: 1 for row in rows},
        "points": rows,
        "provenance": {
            "commit": "0" * 40,
            "packages": {"torch": "2.9"},
            "processor": "made up",
            "seeds": [0],
            "data": {"digest": "d" * 64, "n": N},
            "wall_time_s": 1.0,
        },
    }
    return Entry.model_validate(facts | fields)
