"""Latency, modelled, and whether a split fits on the device: the paper's rules, made explicit."""

from collections.abc import Iterable
from dataclasses import dataclass

from cosplit.measure.hardware import Hardware
from cosplit.profile import Deployable

FLOPS_PER_MAC = 2


def modelled_ms(
    device_macs: int,
    payload_bits: float,
    server_macs: int,
    rates: Iterable[float],
    hardware: Hardware,
) -> dict[str, float]:
    """Milliseconds from image to answer at each rate (bytes per second).

    T = 2 * device MACs / device FLOP/s + bits / (8 * rate) + 2 * server MACs / server FLOP/s,
    with the encoder in the device's MACs and the decoder in the server's. Nothing is rounded to
    bytes; there is no round trip and no return path, since the answer is used at the server.
    """
    device, server = hardware.device.flops_per_s, hardware.server.flops_per_s
    compute = FLOPS_PER_MAC * (device_macs / device + server_macs / server)
    return {f"{rate:g}": 1000 * (compute + payload_bits / (8 * rate)) for rate in rates}


@dataclass(frozen=True)
class Unpruned:
    """MACs of the original network: the part before a split point, and the whole."""

    split: int
    whole: int

    @property
    def share(self) -> float:
        """The part of the whole that the split puts on the device."""
        return self.split / self.whole


def deployable(rule: Deployable, unpruned: Unpruned, device_macs: int, compresses: bool) -> bool:
    """Whether the split fits on the device by the profile's shares of the unpruned network.

    A method that compresses is granted the larger share only where it keeps at most
    `compressed_keeps_at_most` of the MACs before the split. The whole network never fits.
    """
    share = max(unpruned.split, device_macs) / unpruned.whole  # whatever the split is called
    if share >= 1:
        return False
    kept = device_macs / unpruned.split if unpruned.split else 0.0
    compressed = compresses and kept <= rule.compressed_keeps_at_most
    return share <= (rule.compressed_share if compressed else rule.uncompressed_share)
