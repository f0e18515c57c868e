"""How much of the plane of computation and communication a method's points dominate."""

import math
from collections.abc import Iterable

WORST = (555.4e6, 24_576.0)  # all of ResNet18 on the device; the raw image sent
LEAST = (1e6, 1.0)  # MACs are floored, or a device that computes nothing has infinite volume


def hypervolume(points: Iterable[tuple[float, float]]) -> float:
    """Area dominated by (device MACs, payload bits) pairs up to `WORST`, in decades squared."""
    worst = tuple(map(math.log10, WORST))
    logs = sorted(
        (math.log10(max(macs, LEAST[0])), math.log10(max(bits, LEAST[1]))) for macs, bits in points
    )
    area, ceiling = 0.0, worst[1]
    for x, y in logs:
        if x < worst[0] and y < ceiling:
            area += (worst[0] - x) * (ceiling - y)
            ceiling = y
    return area
