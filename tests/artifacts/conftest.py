"""A store, and a method as far as a store knows one."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cosplit.artifacts import ArtifactStore
from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.message import Bits, Message
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task, load_task


class Table(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("values", torch.full((5,), 1 / 3))


class TableCodec(Codec):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = Table()
        self.decoder = Table()

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        return feature

    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        return [Bits(b"", 0)] * len(feature)

    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        return torch.zeros(len(received), 4, 8, 8)


class Fake:
    """A method as far as the store knows one."""

    name = "fake"

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        width = config["width"]
        device = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), nn.BatchNorm2d(width))
        server = nn.Sequential(nn.Flatten(), nn.Linear(width * 64, 40), nn.Linear(40, 10))
        return SplitModel(device, TableCodec(), server, config)


def model(seed: int = 0, width: int = 4) -> SplitModel:
    torch.manual_seed(seed)
    return Fake().build(load_task("digits"), OperatingPoint("conv4_x"), {"width": width})


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def task() -> Task:
    return load_task("digits")


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path)


def equal_as_stored(loaded: SplitModel, saved: SplitModel) -> bool:
    state = saved.state_dict()
    return loaded.state_dict().keys() == state.keys() and all(
        torch.equal(value, state[name] if "codec" in name else state[name].bfloat16().to(value))
        for name, value in loaded.state_dict().items()
    )


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture(name="model")
def _model() -> Callable[..., SplitModel]:
    return model


@pytest.fixture(name="equal_as_stored")
def _equal() -> Callable[..., bool]:
    return equal_as_stored
