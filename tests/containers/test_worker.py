"""The process inside a container, here without one: every frame is answered by one frame."""

import io
import json

import pytest

from cosplit.containers.frames import Kind, pack, pack_message, read_frame
from cosplit.containers.kernels import convolution_flops, run_kernels
from cosplit.containers.worker import serve
from cosplit.message import Bits


def answers(*frames):
    out = io.BytesIO()
    serve(io.BytesIO(b"".join(frames)), out)
    out.seek(0)
    while out.tell() < len(out.getvalue()):
        kind, _, payload = read_frame(out.read, set(Kind))
        yield kind, payload


def test_an_image_before_a_half_is_a_fault_and_serving_goes_on():
    seen = list(answers(pack(Kind.IMAGE, b"abc"), pack_message(Bits.of_bytes(b"x"))))
    assert [kind for kind, _ in seen] == [Kind.FAULT, Kind.FAULT]
    assert "before a half was loaded" in seen[0][1].decode()


def test_a_half_that_cannot_be_loaded_is_a_fault():
    ((kind, payload),) = answers(pack(Kind.LOAD, b"\0\0\0\2{}"))
    assert kind is Kind.FAULT
    assert json.loads(payload)[0] == "crash"


def test_the_end_of_the_stream_ends_the_worker():
    assert list(answers()) == []
    assert list(answers(b"\x80")) == []


def test_kernels_answer_with_speeds():
    request = {"kernels": {"threads": 1, "seconds": 0.01, "cuda": False}}
    ((kind, payload),) = answers(pack(Kind.JSON, json.dumps(request).encode()))
    assert kind is Kind.JSON
    assert all(speed > 0 for speed in json.loads(payload).values())


def test_kernel_speed_is_work_over_time():
    """With a clock that moves one second a look, each pass takes one second."""
    ticks = iter(range(1000))
    seen = run_kernels(threads=1, seconds=3.0, clock=lambda: float(next(ticks)))
    assert seen["flops_per_s"] == pytest.approx(convolution_flops(), rel=0.5)


def test_the_kernels_are_the_networks_convolutions():
    """facts: 555.4 M MACs in all; the stride-1 3x3 ones are 14 of its 20 convolutions."""
    assert convolution_flops() == 2 * 9 * (4 * 64**2 * 32**2 + 3 * (128 * 16) ** 2 * 3)
