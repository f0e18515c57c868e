"""Finds the CPU quota under which a container is as fast as a profile says.

The quota is stop-and-go: with the kernel's default period of 100 ms a short inference would see no
slowdown at all, so profiles ask for 10 ms.
"""

import hashlib
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from cosplit.containers.box import Box
from cosplit.containers.engine import has_gpu
from cosplit.containers.limits import Limits, check_applied
from cosplit.errors import CosplitError
from cosplit.files import write_atomic

if TYPE_CHECKING:
    from docker import DockerClient

    from cosplit.containers.images import HalfImage
    from cosplit.profile import Emulation, HardwareProfile

TOLERANCE = 0.05
_GOOD_ENOUGH = 0.01
_STEPS = 8
_SECONDS = 1.0
_LEAST_QUOTA_US = 1000
"""The kernel takes no less."""


class Calibration(BaseModel):
    """What was found for one profile on one machine. No quota: the CPUs are left whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: str
    asked_flops_per_s: float
    free_flops_per_s: float
    delivered_flops_per_s: float
    matrix_flops_per_s: float
    copy_bytes_per_s: float
    cpus: str
    quota_us: int | None
    period_us: int
    image: str
    machine: str
    made: str

    @property
    def off(self) -> float:
        """Relative error of the speed delivered."""
        return self.delivered_flops_per_s / self.asked_flops_per_s - 1

    @property
    def holds(self) -> bool:
        """Whether the speed is within 5 %."""
        return abs(self.off) <= TOLERANCE

    def with_speeds(self, found: Mapping[str, float]) -> "Calibration":
        """The same quota, measured again."""
        return self.model_copy(
            update={
                "delivered_flops_per_s": found["flops_per_s"],
                "matrix_flops_per_s": found["matrix_flops_per_s"],
                "copy_bytes_per_s": found["copy_bytes_per_s"],
            }
        )


def emulation_of(profile: "HardwareProfile", client: "DockerClient") -> "Emulation":
    """How the profile is emulated on this engine.

    Raises:
        CosplitError: it is not, or it needs a GPU and no NVIDIA runtime answers.
    """
    emulation = profile.emulation
    if emulation is None:
        raise CosplitError(f"{profile.name} has no [emulation]; its modelled latency stands alone")
    if emulation.gpu and not has_gpu(client):
        raise CosplitError(
            f"{profile.name} needs a GPU and no NVIDIA runtime answers; its modelled latency "
            "stands alone (edge-server-cpu can be emulated)"
        )
    return emulation


def cpus_for(profile: "HardwareProfile", emulation: "Emulation", n_cpus: int) -> str:
    """A cpuset: devices take the engine's last CPUs, servers its first, so that they differ.

    Raises:
        CosplitError: the engine has fewer CPUs than the profile has threads.
    """
    n = emulation.threads
    if n > n_cpus:
        raise CosplitError(
            f"{profile.name} needs {n} CPUs and the engine has {n_cpus}; lower emulation.threads"
        )
    first = n_cpus - n if profile.role == "device" else 0
    return str(first) if n == 1 else f"{first}-{first + n - 1}"


def calibrate(
    client: "DockerClient", image: "HalfImage", profile: "HardwareProfile"
) -> Calibration:
    """Search the quota: speed is nearly proportional to it, so each step scales by what is missing.

    Where the whole CPUs are slower than the profile, no quota is set and `holds` is false.

    Raises:
        CosplitError: the profile cannot be emulated here, or a limit was not applied.
    """
    emulation = emulation_of(profile, client)
    limits = Limits.of(emulation, cpus_for(profile, emulation, int(client.info()["NCPU"])))
    whole_us = emulation.period_us * emulation.threads
    asked = profile.flops_per_s
    with Box(profile.name, client, image.tag, limits) as box:
        best = free = speeds(box)
        quota: int | None = None
        if not emulation.gpu and free["flops_per_s"] > asked:
            share = asked / free["flops_per_s"]
            for _ in range(_STEPS):
                step = min(max(round(share * whole_us), _LEAST_QUOTA_US), whole_us)
                box.set_quota(step)
                found = speeds(box)
                if quota is None or _off(found, asked) < _off(best, asked):
                    quota, best = step, found
                if _off(best, asked) <= _GOOD_ENOUGH:
                    break
                share *= asked / found["flops_per_s"]
            assert quota is not None
            box.set_quota(quota)
        check_applied(box.limits, box.reading())
    return Calibration(
        profile=profile.name,
        asked_flops_per_s=asked,
        free_flops_per_s=free["flops_per_s"],
        delivered_flops_per_s=best["flops_per_s"],
        matrix_flops_per_s=best["matrix_flops_per_s"],
        copy_bytes_per_s=best["copy_bytes_per_s"],
        cpus=limits.cpus,
        quota_us=quota,
        period_us=limits.period_us,
        image=image.id,
        machine=machine(client),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def speeds(box: Box, seconds: float = _SECONDS) -> dict[str, float]:
    """What the kernels deliver in a running container."""
    asked = {"threads": box.limits.threads, "seconds": seconds, "cuda": box.limits.gpu}
    return box.ask_json({"kernels": asked})


def machine(client: "DockerClient") -> str:
    """Which engine on which kernel and how many CPUs: a calibration holds for no other."""
    info = client.info()
    keys = ("ID", "Name", "KernelVersion", "Architecture", "NCPU")
    return " ".join(str(info.get(key)) for key in keys) + f" {platform.processor()}"


def stored(cache: Path, client: "DockerClient", profile: "HardwareProfile") -> Calibration | None:
    """The calibration of an equal profile on this engine, where one has been made."""
    try:
        return Calibration.model_validate_json(_path(cache, client, profile).read_bytes())
    except (OSError, ValidationError):
        return None


def store(
    cache: Path, client: "DockerClient", profile: "HardwareProfile", found: Calibration
) -> Path:
    """Keep a calibration in the cache."""
    text = found.model_dump_json(indent=1) + "\n"
    return write_atomic(_path(cache, client, profile), text)


def _path(cache: Path, client: "DockerClient", profile: "HardwareProfile") -> Path:
    key = hashlib.sha256(f"{machine(client)} {profile.model_dump_json()}".encode()).hexdigest()
    return cache / "calibrations" / f"{profile.name}-{key[:12]}.json"


def _off(found: dict[str, float], asked: float) -> float:
    return abs(found["flops_per_s"] / asked - 1)
