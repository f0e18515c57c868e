"""Shows that a profile's container is what it says: limits read back, kernels run again."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cosplit.containers.box import Box
from cosplit.containers.calibrate import Calibration, emulation_of, speeds, stored
from cosplit.containers.fidelity import fidelity
from cosplit.containers.limits import Limits, not_applied
from cosplit.errors import CosplitError
from cosplit.row import Fidelity

if TYPE_CHECKING:
    from docker import DockerClient

    from cosplit.containers.images import HalfImage
    from cosplit.profile import HardwareProfile


@dataclass(frozen=True)
class Verified:
    """What was found; `not_applied` in words, empty where every limit holds."""

    fidelity: Fidelity
    not_applied: list[str]
    speed: Calibration

    @property
    def holds(self) -> bool:
        """Every limit applied, and the speed within 5 %."""
        return not self.not_applied and self.speed.holds


def verify(
    cache: Path, client: "DockerClient", image: "HalfImage", profile: "HardwareProfile"
) -> Verified:
    """A container under the stored calibration, examined.

    Raises:
        CosplitError: the profile has not been calibrated on this engine, or cannot be emulated.
    """
    emulation = emulation_of(profile, client)
    found = stored(cache, client, profile)
    if found is None:
        raise CosplitError(
            f"{profile.name} is not calibrated here; run `cosplit profile calibrate {profile.name}`"
        )
    limits = Limits.of(emulation, found.cpus, found.quota_us)
    with Box(profile.name, client, image.tag, limits) as box:
        before = box.reading()
        seen = found.with_speeds(speeds(box))
        after = box.reading()
    report = fidelity(seen, image.id, limits, before, after)
    return Verified(report, not_applied(limits, after), seen)
