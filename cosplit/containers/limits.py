"""What a container is asked to keep to, and whether the kernel really applied it."""

from dataclasses import dataclass, replace

from cosplit.containers.cgroup import Cgroup
from cosplit.errors import CosplitError
from cosplit.profile import Emulation

_PAGE = 4096


@dataclass(frozen=True)
class Limits:
    """Asked. `cpus` is a cpuset list such as `1` or `0-1`; without a quota the CPUs are whole."""

    memory_bytes: int
    pids: int
    tmpfs_bytes: int
    threads: int
    cpus: str
    period_us: int
    quota_us: int | None = None
    gpu: bool = False

    @classmethod
    def of(cls, emulation: Emulation, cpus: str, quota_us: int | None = None) -> "Limits":
        """The limits of a profile on CPUs and with a quota that calibration found."""
        return cls(
            memory_bytes=emulation.memory_bytes,
            pids=emulation.pids,
            tmpfs_bytes=emulation.tmpfs_bytes,
            threads=emulation.threads,
            cpus=cpus,
            period_us=emulation.period_us,
            quota_us=quota_us,
            gpu=emulation.gpu,
        )

    def with_quota(self, quota_us: int | None) -> "Limits":
        """The same limits with another quota."""
        return replace(self, quota_us=quota_us)


def not_applied(asked: Limits, applied: Cgroup) -> list[str]:
    """Every limit that the kernel does not hold as asked, in words; empty where all are."""
    memory = asked.memory_bytes // _PAGE * _PAGE
    pairs = {
        "memory": (memory, applied.memory_bytes),
        "memory and swap": (memory, applied.memory_and_swap_bytes),
        "pids": (asked.pids, applied.pids),
        "cpus": (asked.cpus, applied.cpus),
        "quota": (asked.quota_us, applied.quota_us),
    }
    if asked.quota_us is not None:
        pairs["period"] = (asked.period_us, applied.period_us)
    return [f"{name}: asked {a}, applied {b}" for name, (a, b) in pairs.items() if a != b]


def check_applied(asked: Limits, applied: Cgroup) -> None:
    """Refuse to measure under limits that do not hold.

    Raises:
        CosplitError: a limit was not applied.
    """
    if wrong := not_applied(asked, applied):
        raise CosplitError(
            f"the engine did not apply a limit ({'; '.join(wrong)}); "
            "enable that controller in the kernel (memory, swap accounting, cpuset, cpu, pids)"
        )
