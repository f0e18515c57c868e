"""The emulated tier: operating points measured in a device and a server container.

A server that needs a GPU is emulated by one without where no NVIDIA runtime answers, and every
result then names that one: a CPU's time never bears a GPU's name.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosplit.containers.box import ANSWER_S, BoxFailure
from cosplit.containers.calibrate import (
    Calibration,
    calibrate,
    emulation_of,
    store,
    stored,
)
from cosplit.containers.cgroup import Cgroup
from cosplit.containers.engine import connect, has_gpu, sweep
from cosplit.containers.fidelity import fidelity
from cosplit.containers.images import HalfImage, image_for
from cosplit.containers.latency import emulated_latency
from cosplit.containers.limits import Limits
from cosplit.containers.pair import HALVES, Pair
from cosplit.containers.passes import Passage, Sample
from cosplit.containers.verify import verify
from cosplit.files import cache_dir
from cosplit.profile import HardwareProfile, load_profile
from cosplit.row import Fidelity

if TYPE_CHECKING:
    from docker import DockerClient

    from cosplit.artifacts import Half
    from cosplit.channel import Channel
    from cosplit.data import ImageSet
    from cosplit.method import Method
    from cosplit.task import Task

SERVER_WITHOUT_GPU = "edge-server-cpu"


@dataclass(frozen=True)
class Measured:
    """One point in containers: how it ended, what each image took, what the kernel counted."""

    outcome: str
    detail: str
    samples: list[Sample]
    fidelity: list[Fidelity]
    peak_memory_bytes: int | None
    cpu_seconds_per_image: float | None

    def fields(self, rates: Iterable[float]) -> dict[str, Any]:
        """The emulated fields of a `Row`; latency where bits were sent at a rate."""
        latency = emulated_latency(self.samples, rates) if self.outcome == "ok" else None
        return {
            "outcome_emulated": self.outcome,
            "latency_emulated_ms": latency or None,
            "peak_memory_bytes": self.peak_memory_bytes,
            "cpu_seconds_per_image": self.cpu_seconds_per_image,
            "fidelity": self.fidelity or None,
        }


@dataclass
class Emulator:
    """A device and a server profile on the engines that answer; a `with` block holds them open.

    `say` is told what takes long (building images, calibrating).

    Raises (on entering):
        CosplitError: no engine answers, or an image cannot be built.
    """

    device: HardwareProfile
    server: HardwareProfile
    cache: Path = field(default_factory=cache_dir)
    seed: int = 0
    answer_s: float = ANSWER_S
    say: Callable[[str], object] = print

    def __enter__(self) -> "Emulator":
        self._stack = ExitStack()
        with self._stack:
            self._clients = {half: self._connect(half) for half in HALVES}
            if self.server.emulation and self.server.emulation.gpu:
                self._without_gpu()
            self._images = {half: self._image(half) for half in HALVES}
            self._calibrated = {half: self._calibrate(half) for half in HALVES}
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def name(self) -> str:
        """The profiles that are really emulated."""
        return f"{self.device.name}+{self.server.name}"

    def measure(
        self,
        task: "Task",
        method: "Method",
        packed: Callable[["Half"], bytes],
        images: "ImageSet",
        channel: "Channel",
        sources: dict[str, str] | None = None,
    ) -> Measured:
        """Send `images` through one point, a pair of fresh containers for it alone.

        Args:
            packed: gives a half's tensors, point and config (`ArtifactStore.pack`).
            channel: applied here, between the containers.
            sources: modules that the image does not hold, text by path under `cosplit/`.

        Never raises for what a half does: that is an outcome.
        """
        limits = {half: self._limits(half) for half in HALVES}
        settings = {
            "task": task.model_dump(mode="json", exclude={"folder"}),
            "method": method.name,
            "level": channel.level,
            "sources": sources or {},
        }
        tags = {half: self._images[half].tag for half in HALVES}
        applied: dict[Half, Cgroup] = {}
        try:
            with Pair(self._clients, tags, limits, settings, packed) as pair:
                applied = pair.applied
                passage = Passage(
                    pair, channel, task.data.classes, seed=self.seed, answer_s=self.answer_s
                )
                samples = passage.run(images)
                after = {half: pair.boxes[half].reading() for half in HALVES}
        except BoxFailure as failure:
            kept = [self._fidelity(half, limits[half], applied[half]) for half in applied]
            return Measured(failure.outcome, failure.detail, [], kept, None, None)
        cpu_s = after["device"].cpu_seconds - applied["device"].cpu_seconds
        kept = [self._fidelity(h, limits[h], applied[h], after[h]) for h in HALVES]
        peak = after["device"].peak_memory_bytes
        return Measured("ok", "", samples, kept, peak, cpu_s / (len(samples) + 1))

    def _profile(self, half: "Half") -> HardwareProfile:
        return self.device if half == "device" else self.server

    def _connect(self, half: "Half") -> "DockerClient":
        emulation = self._profile(half).emulation
        client = connect(emulation.docker_host if emulation else None)
        self._stack.callback(client.close)
        sweep(client)
        return client

    def _without_gpu(self) -> None:
        if not has_gpu(self._clients["server"]):
            name = self.server.name
            self.say(f"no NVIDIA runtime answers: {SERVER_WITHOUT_GPU} is emulated, not {name}")
            self.server = load_profile(SERVER_WITHOUT_GPU)

    def _image(self, half: "Half") -> HalfImage:
        return image_for(self._clients[half], self._profile(half), self.say)

    def _calibrate(self, half: "Half") -> Calibration:
        """The stored calibration if it still holds, else a new one; a poor one is said aloud."""
        client, image, profile = self._clients[half], self._images[half], self._profile(half)
        found = None
        if stored(self.cache, client, profile) is not None:
            found = verify(self.cache, client, image, profile).speed
        if found is None or not found.holds:
            self.say(f"calibrating {profile.name}")
            found = calibrate(client, image, profile)
            store(self.cache, client, profile, found)
        if not found.holds:
            self.say(f"{profile.name} is delivered {100 * found.off:+.0f} % off; see its fidelity")
        return found

    def _limits(self, half: "Half") -> Limits:
        emulation = emulation_of(self._profile(half), self._clients[half])
        found = self._calibrated[half]
        return Limits.of(emulation, found.cpus, found.quota_us)

    def _fidelity(
        self, half: "Half", asked: Limits, before: Cgroup, after: Cgroup | None = None
    ) -> Fidelity:
        found, image = self._calibrated[half], self._images[half]
        return fidelity(found, image.id, asked, before, after)
