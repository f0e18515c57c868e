"""A slow link: paces real bytes at a rate, with a one-way delay.

    byte k of a message arrives at  start + delay + (k + 1) / rate

The schedule is absolute, so that late wake-ups do not add up.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

_PIECE_S = 0.002
_SPIN_S = 0.001


@dataclass(frozen=True)
class Link:
    """One direction of a link.

    Attributes:
        rate_bytes_per_s: infinite for an unlimited one.
        delay_s: one-way delay in seconds, added once a message.
    """

    rate_bytes_per_s: float = math.inf
    delay_s: float = 0.0

    def seconds(self, n_bytes: int) -> float:
        """How long the last of `n_bytes` takes to arrive, by the law above."""
        return self.delay_s + n_bytes / self.rate_bytes_per_s

    def send(
        self,
        data: bytes,
        deliver: Callable[[bytes], object],
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], object] = time.sleep,
    ) -> float:
        """Deliver `data` in pieces, each when its last byte arrives; the seconds taken."""
        start = clock()
        step = max(1, int(min(self.rate_bytes_per_s * _PIECE_S, max(len(data), 1))))
        for first in range(0, len(data), step):
            piece = data[first : first + step]
            _wait_until(start + self.seconds(first + len(piece)), clock, sleep)
            deliver(piece)
        return clock() - start


def _wait_until(due: float, clock: Callable[[], float], sleep: Callable[[float], object]) -> None:
    """Sleep, then spin the last millisecond, since a sleep overruns by a fraction of one."""
    while (left := due - clock()) > 0:
        if left > _SPIN_S:
            sleep(left - _SPIN_S)
