"""An engine, the half's image, and methods that misbehave; skipped where no engine answers."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import indent

import numpy as np
import pytest

from cosplit.containers.box import Box
from cosplit.containers.engine import connect, owner, sweep
from cosplit.containers.images import build_image, engine_arch
from cosplit.containers.limits import Limits
from cosplit.containers.pair import HALVES, Pair
from cosplit.errors import CosplitError
from cosplit.tensorfile import dump_tensors

MIB = 1 << 20
SOURCE = '''
import os, time, torch
from torch import nn
from cosplit.codec import Codec
from cosplit.message import Bits
from cosplit.method import Method
from cosplit.split import SplitModel

class _Sum(Codec):
    """One byte an image: the sum of its pixels; logits count that byte's last digit."""
    max_bits = 8
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Identity(), nn.Identity()
    def forward(self, feature, channel=None, noise=None):
        return feature
    def encode(self, feature, level=None):
{encode}
        return [Bits(bytes([int(image.sum()) % 256]), 8) for image in feature]
    def decode(self, received, level=None):
{decode}
        return nn.functional.one_hot(torch.tensor([m.data[0] % 10 for m in received]), 10).float()

class Planted(Method):
    title, authors, source = "planted", "the tests", "the tests"
    def points(self, task):
        return []
    def fit(self, task, point, train):
        raise NotImplementedError
    def build(self, task, point, config):
        return SplitModel(nn.Identity(), _Sum(), nn.Identity(), {{}})
'''


def planted_method(encode: str = "pass", decode: str = "pass") -> dict[str, str]:
    """Sources of a method that does something more in a half."""
    body = {"encode": indent(encode, " " * 8), "decode": indent(decode, " " * 8)}
    return {"methods/planted.py": SOURCE.format(**body)}


def packed(half: str) -> bytes:
    """What `ArtifactStore.pack` gives for a model without tensors."""
    point = {"split_point": "input", "settings": {}}
    return dump_tensors(
        {}, {"task": "digits", "method": "planted", "point": point, "config": {}, "half": half}
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "containers: needs a Docker Engine")
    config.addinivalue_line("markers", "arm64: builds and runs an arm64 image under QEMU")


@pytest.fixture(scope="session")
def client():
    try:
        found = connect()
    except CosplitError as error:
        if os.environ.get("COSPLIT_REQUIRE_ENGINE") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))
    sweep(found)
    yield found
    found.close()


@pytest.fixture(scope="session")
def image(client):
    return build_image(client, engine_arch(client))


@pytest.fixture(scope="session")
def limits(client):
    last = str(int(client.info()["NCPU"]) - 1)
    return Limits(320 * MIB, pids=64, tmpfs_bytes=8 * MIB, threads=1, cpus=last, period_us=10_000)


@pytest.fixture(scope="session")
def pictures():
    from cosplit.data import ImageSet

    pixels = np.random.default_rng(0).integers(0, 256, (4, 3, 8, 8), dtype=np.uint8)
    return ImageSet.of(pixels, np.zeros(4), np.arange(4), 4)


@dataclass
class Bench:
    """Starts pairs and boxes on the engine."""

    client: object
    image: object
    limits: Limits
    environment: dict = field(default_factory=dict)

    def pair(self, sources=None, limits=None):
        from cosplit.catalogue import task

        described = task("digits").model_dump(mode="json", exclude={"folder"})
        described["data"]["shape"] = [3, 8, 8]
        settings = {
            "task": described,
            "method": "planted",
            "level": None,
            "sources": sources or planted_method(),
        }
        both = dict.fromkeys
        return Pair(
            both(HALVES, self.client),
            both(HALVES, self.image.tag),
            both(HALVES, limits or self.limits),
            settings,
            packed,
        )

    def box(self, *command, limits=None):
        return Box(
            "device", self.client, self.image.tag, limits or self.limits, command=list(command)
        )


@pytest.fixture(scope="session")
def bench(client, image, limits):
    return Bench(client, image, limits)


@pytest.fixture
def nothing_left(client) -> Iterator[None]:
    """Whatever happens in the test, no container of ours remains."""
    yield
    ours = {"label": f"cosplit={owner()}"}
    assert client.containers.list(all=True, filters=ours) == []


@pytest.fixture(scope="session")
def planted():
    return planted_method
