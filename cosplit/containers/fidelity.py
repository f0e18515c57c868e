"""What was asked, applied and delivered, for one container: part of every emulated result."""

from cosplit.containers.calibrate import Calibration
from cosplit.containers.cgroup import Cgroup
from cosplit.containers.limits import Limits
from cosplit.row import Fidelity


def fidelity(
    found: Calibration, image: str, asked: Limits, before: Cgroup, after: Cgroup | None = None
) -> Fidelity:
    """Asked by the profile, applied by the kernel, delivered by the kernels and the run.

    `before` and `after` are readings around the measured images; without `after` the run failed.
    """
    delivered: dict[str, int | float | str | None] = {
        "flops_per_s": found.delivered_flops_per_s,
        "matrix_flops_per_s": found.matrix_flops_per_s,
        "copy_bytes_per_s": found.copy_bytes_per_s,
    }
    if after is not None:
        delivered |= {
            "peak_memory_bytes": after.peak_memory_bytes,
            "cpu_seconds": after.cpu_seconds - before.cpu_seconds,
            "periods": after.periods - before.periods,
            "throttled_periods": after.throttled_periods - before.throttled_periods,
            "throttled_seconds": after.throttled_seconds - before.throttled_seconds,
        }
    return Fidelity(
        profile=found.profile,
        image=image,
        asked={
            "flops_per_s": found.asked_flops_per_s,
            "memory_bytes": asked.memory_bytes,
            "cpus": asked.cpus,
            "quota_us": asked.quota_us,
            "period_us": asked.period_us,
            "pids": asked.pids,
        },
        applied={
            "memory_bytes": before.memory_bytes,
            "memory_and_swap_bytes": before.memory_and_swap_bytes,
            "cpus": before.cpus,
            "quota_us": before.quota_us,
            "period_us": before.period_us,
            "pids": before.pids,
        },
        delivered=delivered,
    )
