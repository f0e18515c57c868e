"""A hardware profile: the limits of one device or server, every figure with its source."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cosplit.errors import unknown
from cosplit.task import parse_toml

PROFILES = Path(__file__).parent.parent / "hardware_profiles"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Deployable(_Section):
    """The paper's rule for what fits on the device, as shares of the unpruned network's MACs."""

    uncompressed_share: float = Field(gt=0, le=1)
    compressed_share: float = Field(gt=0, le=1)
    compressed_keeps_at_most: float = Field(0.5, gt=0, le=1)


class Emulation(_Section):
    """What a container is given to stand for this hardware."""

    threads: int = Field(1, ge=1)
    memory_bytes: int = Field(gt=0)
    system_bytes: int = Field(0, ge=0, description="what the board's own system takes of it")
    period_us: int = Field(10_000, ge=1_000, le=1_000_000)
    pids: int = Field(64, ge=8)
    tmpfs_bytes: int = Field(16 << 20, gt=0)
    gpu: bool = False
    docker_host: str | None = None


class HardwareProfile(_Section):
    """One TOML file of `hardware_profiles/`. `sources` has one line for each figure."""

    name: str = ""
    title: str
    role: Literal["device", "server"]
    processor: str
    flops_per_s: float = Field(gt=0)
    memory_bytes: int = Field(gt=0)
    deployable: Deployable | None = None
    emulation: Emulation | None = None
    sources: dict[str, str]


def load_profile(name: str, folder: Path = PROFILES) -> HardwareProfile:
    """The profile called `name`, read from `<folder>/<name>.toml`.

    Raises:
        CosplitError: no such profile, or a key that is missing, misspelt or out of range.
    """
    path = folder / f"{name}.toml"
    if not path.is_file():
        raise unknown("hardware profile", name, (p.stem for p in folder.glob("*.toml")))
    return parse_toml(HardwareProfile, path, path.read_bytes(), name=name)
