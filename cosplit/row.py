"""One row: a scored operating point, the same flat model in benchmark JSON, runs and entries."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cosplit.point import Setting

FAILURES = ("oom", "timeout", "invalid", "over_size", "over_power", "crash", "unsupported")


class EmulatedLatency(BaseModel):
    """Milliseconds at one rate, measured in containers; parts are medians.

    `*_low` and `*_high` bound the percentile at 95 %; null where too few images allow no bound.
    `computed_link`: bytes over rate, where pacing the real bytes would have taken too long.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    p50: float
    p90: float
    p99: float | None = None
    p50_low: float
    p50_high: float
    p90_low: float | None = None
    p90_high: float | None = None
    p99_low: float | None = None
    p99_high: float | None = None
    device: float
    link: float
    link_without_framing: float | None = None
    server: float
    computed_link: bool = False


class Fidelity(BaseModel):
    """One container beside the profile it stands for: what was asked, applied and delivered."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    profile: str
    image: str
    asked: dict[str, int | float | str | None]
    applied: dict[str, int | float | str | None]
    delivered: dict[str, int | float | str | None]


class Row(BaseModel):
    """What was measured at one point over one channel.

    Fractions are in [0, 1], `*_bits` are bits an image, `*_macs` multiply-accumulates an image,
    `*_ms` milliseconds by rate in bytes per second. Null only where a measurement does not apply.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    task: str
    method: str
    point: str
    split_point: str
    settings: dict[str, Setting]
    seed: int = Field(0, ge=0, description="of training, and of the noise it met")
    outcome: str = Field(
        "ok",
        pattern=r"^(ok|oom|timeout|invalid|over_size|over_power|crash|unsupported|cheat:[a-z_]+)$",
    )
    detail: str = ""
    qualifies: dict[str, bool] = Field(default_factory=dict, description="by threshold, as '0.93'")
    certain: dict[str, bool] = Field(default_factory=dict)
    early_exit: bool | None = None
    validation_accuracy: float | None = Field(None, ge=0, le=1)
    accuracy: float | None = Field(None, ge=0, le=1)
    accuracy_low: float | None = Field(None, ge=0, le=1)
    accuracy_high: float | None = Field(None, ge=0, le=1)
    n_images: int = Field(0, ge=0)
    n_missing: int = Field(0, ge=0, description="test images not in this copy: they are wrong")
    correct: str = Field("", description="base64 of numpy.packbits, one bit an image in test order")
    images_digest: str = ""
    head_accuracy: float | None = Field(None, ge=0, le=1)
    device_macs: int | None = Field(None, ge=0)
    device_flops: int | None = Field(None, ge=0)
    device_params: int | None = Field(None, ge=0)
    server_macs: int | None = Field(None, ge=0)
    payload_bits_mean: float | None = Field(None, ge=0)
    payload_bits_p99: float | None = Field(None, ge=0)
    payload_bits_headerless: float | None = Field(None, ge=0)
    amplification: float | None = Field(None, ge=0, description="payload over the PNG's payload")
    channel: str = "noiseless"
    channel_uses: float | None = Field(None, ge=0)
    latency_modelled_ms: dict[str, float] | None = None
    deployable: bool | None = None
    latency_emulated_ms: dict[str, EmulatedLatency] | None = None
    outcome_emulated: str | None = None
    hardware: str | None = None
    fidelity: list[Fidelity] | None = Field(None, description="of the emulation: device, server")
    peak_memory_bytes: int | None = Field(None, ge=0)
    cpu_seconds_per_image: float | None = Field(None, ge=0)
    code: Literal["bits", "symbols"] = "bits"
    weights_digest: str = Field("", description="of the tensors scored; equal: bits must be equal")

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What names a row: task, method, point, channel, seed."""
        return (self.task, self.method, self.point, self.channel, self.seed)
