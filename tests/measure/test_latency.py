"""The paper's latency and its rule of what fits on the device."""

import pytest

from cosplit.errors import CosplitError
from cosplit.measure.hardware import Hardware
from cosplit.measure.latency import Unpruned, deployable, modelled_ms
from cosplit.profile import Deployable, HardwareProfile

RULE = Deployable(uncompressed_share=0.4, compressed_share=0.9)
WHOLE = 1000


def profile(name: str, role: str, flops: float) -> HardwareProfile:
    return HardwareProfile(
        name=name,
        title=name,
        role=role,
        processor="one",
        flops_per_s=flops,
        memory_bytes=1,
        sources={"flops_per_s": "made up", "memory_bytes": "made up"},
    )


KNOWN = {
    "pi": profile("pi", "device", 24e9),
    "edge-server-rtx-2080-ti": profile("edge-server-rtx-2080-ti", "server", 13.45e12),
    "slow": profile("slow", "server", 1e9),
}
PAIR = Hardware.parse("pi", KNOWN.__getitem__)


def test_latency_is_the_sum_of_its_three_parts():
    ms = modelled_ms(421_199_872, 9, 134_222_848, [100.0, 1e6], PAIR)
    device, server = 2 * 421_199_872 / 24e9, 2 * 134_222_848 / 13.45e12
    assert ms["100"] == pytest.approx(1000 * (device + 9 / 800 + server), rel=1e-12)
    assert ms["1e+06"] == pytest.approx(1000 * (device + 9 / 8e6 + server), rel=1e-12)


def test_png_offloading_at_10_kilobytes_a_second():
    assert modelled_ms(0, 18_038, 0, [1e4], PAIR)["10000"] == pytest.approx(225.475)


@pytest.mark.parametrize(
    ("split", "device_macs", "compresses", "expected"),
    [
        (0, 0, False, True),
        (400, 400, False, True),
        (401, 401, False, False),
        (0, 401, False, False),  # a whole network called a split at the input
        (401, 200, True, True),
        (401, 201, True, False),
        (401, 200, False, False),
        (900, 450, True, True),
        (901, 1, True, False),
        (WHOLE, 1, True, False),
    ],
)
def test_what_fits(split, device_macs, compresses, expected):
    assert deployable(RULE, Unpruned(split, WHOLE), device_macs, compresses) is expected


def test_the_whole_network_never_fits():
    generous = Deployable(uncompressed_share=1, compressed_share=1)
    assert not deployable(generous, Unpruned(WHOLE, WHOLE), 1, compresses=True)


def test_the_usual_server_goes_without_saying():
    assert PAIR.name == "pi"
    assert Hardware.parse("pi+slow", KNOWN.__getitem__).name == "pi+slow"


def test_a_server_is_not_a_device():
    with pytest.raises(CosplitError, match="'slow' is a server, not a device"):
        Hardware.parse("slow", KNOWN.__getitem__)
