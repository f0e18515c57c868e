"""A hardware profile: the limits of one device or server, every figure with its source."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from cosplit.errors import unknown
from cosplit.resources import PROFILES
from cosplit.toml import Section, read_toml


class Deployable(Section):
    """The paper's rule for what fits on the device, as shares of the unpruned network's MACs."""

    uncompressed_share: float = Field(gt=0, le=1)
    compressed_share: float = Field(gt=0, le=1)
    compressed_keeps_at_most: float = Field(0.5, gt=0, le=1)


class Emulation(Section):
    """What a container is given to stand for this hardware.

    `memory_bytes` is the container's limit; `system_bytes`, stated beside it, is what the
    board's own system takes of the board's memory and has been taken off already.
    """

    threads: int = Field(1, ge=1)
    memory_bytes: int = Field(gt=0)
    system_bytes: int = Field(0, ge=0)
    period_us: int = Field(10_000, ge=1_000, le=1_000_000)
    pids: int = Field(64, ge=8)
    tmpfs_bytes: int = Field(16 << 20, gt=0)
    gpu: bool = False
    docker_host: str | None = None


class HardwareProfile(Section):
    """One TOML file of `hardware_profiles/`.

    `sources` says where each figure written in the file comes from, by its dotted key
    (`"emulation.threads"`) or by its section's (`emulation`).
    """

    name: str = ""
    title: str
    role: Literal["device", "server"]
    processor: str
    flops_per_s: float = Field(gt=0)
    memory_bytes: int = Field(gt=0)
    deployable: Deployable | None = None
    emulation: Emulation | None = None
    sources: dict[str, str]

    @model_validator(mode="after")
    def _every_figure_has_a_source(self) -> "HardwareProfile":
        figures = list(_figures(self))
        sections = {key.partition(".")[0] for key in figures}
        for key, source in self.sources.items():
            if key not in sections | set(figures):
                raise ValueError(f"sources: {unknown('figure', key, sections | set(figures))}")
            if not source.strip():
                raise ValueError(f"sources.{key} is empty; say where the figure comes from")
        for key in figures:
            if not {key, key.partition(".")[0]} & self.sources.keys():
                raise ValueError(f"{key} has no source; add sources.{key!r}")
        return self

    @model_validator(mode="after")
    def _memory_adds_up(self) -> "HardwareProfile":
        part = self.emulation
        if self.role == "device" and part:
            total = part.memory_bytes + part.system_bytes
            if total > self.memory_bytes:
                raise ValueError(
                    f"emulation.memory_bytes and system_bytes are {total} together; the board "
                    f"has memory_bytes = {self.memory_bytes}"
                )
        return self


def _figures(section: Section, prefix: str = "") -> Iterator[str]:
    for key in section.model_fields_set:
        value = getattr(section, key)
        if isinstance(value, Section):
            yield from _figures(value, f"{prefix}{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield prefix + key


def load_profile(name: str, folder: Path = PROFILES) -> HardwareProfile:
    """The profile called `name`, read from `<folder>/<name>.toml`.

    Raises:
        CosplitError: no such profile, a figure without a source, or a key that is missing,
            misspelt or out of range.
    """
    known = {path.stem: path for path in folder.glob("*.toml")}
    if name not in known:  # a row's is a stranger's: it may be a path, or too long for one
        raise unknown("hardware profile", name, known)
    return read_toml(HardwareProfile, known[name], name=name)
