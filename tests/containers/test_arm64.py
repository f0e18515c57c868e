"""A half on another processor: what arm64 encodes, x86-64 decodes; results only, never times."""

import io
import os

import pytest
import torch

from cosplit import catalogue
from cosplit.containers.base import register_qemu
from cosplit.containers.frames import Kind, read_frame, unpack_message
from cosplit.containers.images import build_image, engine_arch
from cosplit.containers.limits import Limits
from cosplit.containers.pair import Pair
from cosplit.containers.passes import Passage
from cosplit.trained import TrainedModels

pytestmark = [
    pytest.mark.containers,
    pytest.mark.arm64,
    pytest.mark.skipif(
        os.environ.get("COSPLIT_ARM64") != "1",
        reason="takes minutes; set COSPLIT_ARM64=1 to run halves under QEMU",
    ),
]
N_IMAGES = 64
EDGES = 2 / N_IMAGES
"""Last bits differ between processors: a value at a quantiser's edge may fall either way."""
LIMITS = Limits(3 << 30, pids=64, tmpfs_bytes=1 << 24, threads=1, cpus="0", period_us=10_000)
BOARD = {"QEMU_CPU": "cortex-a53"}


@pytest.fixture(scope="module")
def models():
    return TrainedModels(catalogue.task("digits"), progress=False)


@pytest.fixture(scope="module")
def images(models):
    from cosplit.data import load

    return load(models.task, "test").balanced(N_IMAGES, seed=0)


@pytest.fixture(scope="module")
def tags(client):
    if engine_arch(client) != "amd64":
        pytest.skip("this engine is not x86-64: there is nothing to compare with")
    register_qemu()
    return {arch: build_image(client, arch).tag for arch in ("amd64", "arm64")}


@pytest.mark.parametrize("name", catalogue.method_names())
def test_halves_agree_across_processors(client, tags, models, images, name):
    method = catalogue.method(name)
    point = method.points(models.task)[0]
    model = models.get(method, point).model
    store = models.find(method, point)
    codec, classes = model.codec, models.task.data.classes
    (channel, *_) = models.channels(method, point, codec.designed_for)
    settings = {
        "task": models.task.model_dump(mode="json", exclude={"folder"}),
        "method": name,
        "level": channel.level if codec.designed_for else None,
        "sources": {},
    }

    def run(device, server):
        parts = (
            {"device": client, "server": client},
            {"device": tags[device], "server": tags[server]},
        )
        packed = lambda half: store.pack(models.task, name, point, half)  # noqa: E731
        limits = dict.fromkeys(("device", "server"), LIMITS)
        with Pair(*parts, limits, settings, packed, BOARD, start_s=600) as pair:
            return Passage(pair, channel, classes, answer_s=300).run(images)

    mixed, native = run("arm64", "amd64"), run("amd64", "arm64")
    agree = sum(m.prediction == n.prediction for m, n in zip(mixed, native, strict=True))
    assert agree >= N_IMAGES - 1, f"{agree} of {N_IMAGES} predictions agree"
    if codec.designed_for is None:
        far, near = (decoded(codec, samples) for samples in (mixed, native))
        unlike = float((far != near).float().mean())
        assert unlike <= EDGES, f"{unlike:.1%} of the symbols differ: more than a quantiser's edges"


def decoded(codec, samples):
    """What x86-64 makes of each message."""
    messages = []
    for sample in samples:
        read = io.BytesIO(sample.frame).read
        messages.append(unpack_message(*read_frame(read, {Kind.BITS})))
    with torch.inference_mode():
        return codec.decode(messages)
