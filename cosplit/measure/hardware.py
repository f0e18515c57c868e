"""The pair of machines that latency is modelled for: a device, and the edge server it asks."""

from collections.abc import Callable
from dataclasses import dataclass

from cosplit.errors import CosplitError
from cosplit.profile import HardwareProfile, load_profile

DEVICE = "raspberry-pi-3"
SERVER = "edge-server-rtx-2080-ti"


@dataclass(frozen=True)
class Hardware:
    """Two profiles. `name` leaves the usual server unsaid: `raspberry-pi-3`."""

    device: HardwareProfile
    server: HardwareProfile

    @property
    def name(self) -> str:
        """The pair in one word, as it is asked for and as rows carry it."""
        usual = self.server.name == SERVER
        return self.device.name if usual else f"{self.device.name}+{self.server.name}"

    @classmethod
    def parse(
        cls, text: str = DEVICE, load: Callable[[str], HardwareProfile] = load_profile
    ) -> "Hardware":
        """The pair named `DEVICE` or `DEVICE+SERVER`.

        Raises:
            CosplitError: no such profile, or one in the other's role.
        """
        device, _, server = text.partition("+")
        return cls(_as("device", load(device)), _as("server", load(server or SERVER)))


def _as(role: str, profile: HardwareProfile) -> HardwareProfile:
    if profile.role != role:
        raise CosplitError(f"{profile.name!r} is a {profile.role}, not a {role}; use DEVICE+SERVER")
    return profile
