"""A device and a server container for one operating point; they share nothing.

Only the harness speaks to both, so whatever crosses has passed through its hands.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from cosplit.containers.box import START_S, Box
from cosplit.containers.cgroup import Cgroup
from cosplit.containers.frames import Kind, pack
from cosplit.containers.half import pack_load
from cosplit.containers.limits import Limits, check_applied

if TYPE_CHECKING:
    from docker import DockerClient

    from cosplit.artifacts import Half

HALVES: tuple["Half", "Half"] = ("device", "server")


class Pair:
    """Two running containers, each with its own half loaded and its limits in force.

    Raises (on entering):
        BoxFailure: a half cannot be loaded (`oom`, `crash`, ...).
        CosplitError: a limit was not applied.
    """

    def __init__(
        self,
        clients: Mapping["Half", "DockerClient"],
        images: Mapping["Half", str],
        limits: Mapping["Half", Limits],
        settings: Mapping[str, Any],
        packed: Callable[["Half"], bytes],
        environment: dict[str, str] | None = None,
        start_s: float = START_S,
    ) -> None:
        """Name the pair's parts, by half; `packed` gives a half's tensors (see `pack_load`).

        A half that is not ready within `start_s` seconds has timed out.
        """
        self._clients, self._images, self._limits = clients, images, limits
        self._settings, self._packed, self._environment = settings, packed, environment
        self._start_s, self._stack = start_s, ExitStack()
        self.boxes: dict[Half, Box] = {}
        self.applied: dict[Half, Cgroup] = {}

    def __enter__(self) -> Self:
        with ThreadPoolExecutor(len(HALVES)) as pool, self._stack:  # a failure stops both at once
            self.boxes = {half: self._start(half) for half in HALVES}
            declared, _ = pool.map(self._load, HALVES)
            self.max_bits: int | None = declared["max_bits"]
            self.max_uses: int | None = declared["max_uses"]
            self._stack = self._stack.pop_all()  # from here on they outlive this block
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def device(self) -> Box:
        """The device half's container."""
        return self.boxes["device"]

    @property
    def server(self) -> Box:
        """The server half's container."""
        return self.boxes["server"]

    def _start(self, half: "Half") -> Box:
        """Without the quota, which only bounds what is measured."""
        limits = self._limits[half].with_quota(None)
        box = Box(half, self._clients[half], self._images[half], limits, self._environment)
        return self._stack.enter_context(box)

    def _load(self, half: "Half") -> dict[str, Any]:
        box = self.boxes[half]
        settings = {**self._settings, "half": half, "threads": box.limits.threads}
        settings["cuda"] = box.limits.gpu
        frame = pack(Kind.LOAD, pack_load(settings, self._packed(half)))
        _, _, ready = box.ask(frame, {Kind.JSON}, seconds=self._start_s)
        if (quota := self._limits[half].quota_us) is not None:
            box.set_quota(quota)
        self.applied[half] = box.reading()
        check_applied(box.limits, self.applied[half])
        return dict(json.loads(ready))
