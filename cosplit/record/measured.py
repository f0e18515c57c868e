"""A run of the benchmark as pytest-benchmark wrote it: its rows, their times, and the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic
from pydantic import BaseModel, Field

from cosplit.errors import CosplitError
from cosplit.record.safe_json import mistake, read_model
from cosplit.row import Row

MAX_BYTES = 256 << 20
Key = tuple[str | int, ...]


class Stats(BaseModel):
    """Seconds of one timed call over the rounds of a benchmark."""

    min: float = Field(gt=0)
    median: float = Field(gt=0)


class _Benchmark(BaseModel):
    name: str
    stats: Stats | None = None
    extra_info: dict[str, Any]


class _Report(BaseModel):
    machine_info: dict[str, Any] = Field(default_factory=dict)
    benchmarks: list[_Benchmark]


@dataclass(frozen=True)
class Measured:
    """One test's row, and its times where it was timed."""

    row: Row
    stats: Stats | None


@dataclass(frozen=True)
class Run:
    """All that was measured, by test and row. `machine` is what makes times comparable."""

    machine: str
    measured: Mapping[Key, Measured]


def read_run(path: Path) -> Run:
    """The run in a `--benchmark-json` file; benchmarks that carry no row are passed over.

    Raises:
        CosplitError: not such a file, or a row with a wrong field.
    """
    report = read_model(_Report, path, MAX_BYTES)
    found = dict[Key, Measured]()
    for benchmark in report.benchmarks:
        if {"task", "method", "point"} <= benchmark.extra_info.keys():
            row = _row(benchmark, path)
            test = benchmark.name.partition("[")[0]
            found[test, *row.key, row.hardware or ""] = Measured(row, benchmark.stats)
    return Run(_machine(report.machine_info), found)


def _row(benchmark: _Benchmark, path: Path) -> Row:
    """Fields this version does not know are dropped: the other run may be of a newer one."""
    known = {key: value for key, value in benchmark.extra_info.items() if key in Row.model_fields}
    try:
        return Row.model_validate(known)
    except pydantic.ValidationError as error:
        raise CosplitError(f"{path}: {benchmark.name}: {mistake(error)}") from None


def _machine(info: Mapping[str, Any]) -> str:
    """Processor, its cores and the system; not the host's name, which a runner changes daily."""
    cpu = info.get("cpu")
    cpu = cpu if isinstance(cpu, dict) else {}
    cores = f"{cpu['count']} cores" if "count" in cpu else None
    parts = (cpu.get("brand_raw"), cores, info.get("machine"), info.get("system"))
    return ", ".join(str(part) for part in parts if part)
