"""How much of the plane of computation and communication a method's points dominate."""

import math
from collections.abc import Iterable

LEAST = (1e6, 1.0)  # MACs are floored, or a device that computes nothing has infinite volume


def hypervolume(points: Iterable[tuple[float, float]], worst: tuple[float, float]) -> float:
    """Area dominated by (device MACs, payload bits) pairs up to `worst`, in decades squared."""
    ceiling = math.log10(worst[1])
    logs = sorted(
        (math.log10(max(macs, LEAST[0])), math.log10(max(bits, LEAST[1]))) for macs, bits in points
    )
    area = 0.0
    for x, y in logs:
        if x < math.log10(worst[0]) and y < ceiling:
            area += (math.log10(worst[0]) - x) * (ceiling - y)
            ceiling = y
    return area
