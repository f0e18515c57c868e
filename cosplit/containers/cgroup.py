"""What a container's cgroup says it was given and has used: version 1 and version 2.

The engine's own `inspect` can show limits that were never applied, so they are read where the
kernel keeps them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ROOT = "/sys/fs/cgroup"
FILES = (
    # version 1
    "memory/memory.limit_in_bytes",
    "memory/memory.memsw.limit_in_bytes",
    "memory/memory.max_usage_in_bytes",
    "cpu/cpu.cfs_quota_us",
    "cpu/cpu.cfs_period_us",
    "cpu/cpu.stat",
    "cpuacct/cpuacct.usage",
    "cpuset/cpuset.cpus",
    "pids/pids.max",
    # version 2
    "memory.max",
    "memory.swap.max",
    "memory.peak",
    "cpu.max",
    "cpu.stat",
    "cpuset.cpus.effective",
    "pids.max",
)
END = "end"
"""The last line of what `COMMAND` prints."""
COMMAND = (
    *("/bin/sh", "-c", f'read _; grep -s "" "$@"; echo {END}', "sh", "/proc/swaps"),
    *(f"{ROOT}/{file}" for file in FILES),
)
"""Prints `file:line` for every line of the files that exist, once a line has come on stdin: its
reader may not be listening before."""
_UNLIMITED = 1 << 60
_NS, _US = 1e9, 1e6


@dataclass(frozen=True)
class Cgroup:
    """One reading. None: no limit, or the kernel does not say.

    `quota_us` is CPU time granted in each `period_us`; `memory_and_swap_bytes` equals
    `memory_bytes` where swap cannot be used.
    """

    memory_bytes: int | None
    memory_and_swap_bytes: int | None
    pids: int | None
    cpus: str
    quota_us: int | None
    period_us: int | None
    peak_memory_bytes: int | None
    cpu_seconds: float
    periods: int
    throttled_periods: int
    throttled_seconds: float


def parse(text: str) -> Cgroup:
    """A reading from what `COMMAND` printed.

    Raises:
        EOFError: it was not printed to the end.
    """
    text, end, _ = text.rpartition(f"{END}\n")
    if not end:
        raise EOFError
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        lines.setdefault(name.removeprefix(f"{ROOT}/"), []).append(value)
    has_swap = len(lines.pop("/proc/swaps", [])) > 1  # the first line is a heading
    return _version_2(lines, has_swap) if "cpu.max" in lines else _version_1(lines, has_swap)


def _version_1(lines: Mapping[str, list[str]], has_swap: bool) -> Cgroup:
    memory = _limit(lines, "memory/memory.limit_in_bytes")
    with_swap = _limit(lines, "memory/memory.memsw.limit_in_bytes")
    if not has_swap:
        with_swap = memory  # the file may be absent, and nothing can be swapped out
    stat = _table(lines.get("cpu/cpu.stat", []))
    quota = _number(lines, "cpu/cpu.cfs_quota_us")
    return Cgroup(
        memory_bytes=memory,
        memory_and_swap_bytes=with_swap,
        pids=_limit(lines, "pids/pids.max"),
        cpus=lines.get("cpuset/cpuset.cpus", [""])[0],
        quota_us=quota if quota and quota > 0 else None,
        period_us=_number(lines, "cpu/cpu.cfs_period_us"),
        peak_memory_bytes=_number(lines, "memory/memory.max_usage_in_bytes"),
        cpu_seconds=(_number(lines, "cpuacct/cpuacct.usage") or 0) / _NS,
        periods=stat.get("nr_periods", 0),
        throttled_periods=stat.get("nr_throttled", 0),
        throttled_seconds=stat.get("throttled_time", 0) / _NS,
    )


def _version_2(lines: Mapping[str, list[str]], has_swap: bool) -> Cgroup:
    memory, swap = _limit(lines, "memory.max"), _limit(lines, "memory.swap.max")
    if not has_swap:
        swap = 0
    quota, _, period = lines["cpu.max"][0].partition(" ")
    stat = _table(lines.get("cpu.stat", []))
    return Cgroup(
        memory_bytes=memory,
        memory_and_swap_bytes=None if memory is None or swap is None else memory + swap,
        pids=_limit(lines, "pids.max"),
        cpus=lines.get("cpuset.cpus.effective", [""])[0],
        quota_us=None if quota == "max" else int(quota),
        period_us=int(period),
        peak_memory_bytes=_number(lines, "memory.peak"),
        cpu_seconds=stat.get("usage_usec", 0) / _US,
        periods=stat.get("nr_periods", 0),
        throttled_periods=stat.get("nr_throttled", 0),
        throttled_seconds=stat.get("throttled_usec", 0) / _US,
    )


def _number(lines: Mapping[str, list[str]], name: str) -> int | None:
    value = lines.get(name, [""])[0].strip()
    return int(value) if value.lstrip("-").isdigit() else None


def _limit(lines: Mapping[str, list[str]], name: str) -> int | None:
    value = _number(lines, name)  # "max" is no number; version 1 says a huge one
    return None if value is None or value >= _UNLIMITED else value


def _table(lines: list[str]) -> dict[str, int]:
    return {key: int(value) for key, _, value in (line.partition(" ") for line in lines)}
