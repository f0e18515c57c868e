"""Decoding in another process, which knows the codec's saved tensors and the messages only."""

import io
import time
from multiprocessing import get_context
from pathlib import Path

import torch
from codec_laws import example

from cosplit.codec import Codec
from cosplit.message import Message

MEGABYTES = 96
"""More than any small codec may come to take for any messages."""


def pool():
    """One fresh interpreter."""
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def decode_there(executor, codec: Codec, which: int, received: list[Message]) -> torch.Tensor:
    """`codec.decode(received)` by a codec built anew from `type(codec).examples()[which]`.

    Asserts that memory and time there stay bounded.
    """
    file = io.BytesIO()
    torch.save({k: v for k, v in codec.state_dict().items() if k.startswith("decoder.")}, file)
    job = executor.submit(_decode, type(codec), which, file.getvalue(), received)
    decoded, seconds, megabytes = job.result(timeout=120)
    assert seconds < 5, f"decoding took {seconds:.1f} s"
    assert megabytes < MEGABYTES, f"decoding took {megabytes:.0f} MB"
    return torch.from_numpy(decoded)


def _decode(cls: type[Codec], which: int, state: bytes, received: list[Message]):
    torch.set_num_threads(1)
    codec, _ = example(cls, which, seed=1)  # other weights, until the saved ones are loaded
    codec.encoder = torch.nn.Identity()
    codec.load_state_dict(torch.load(io.BytesIO(state), weights_only=True))
    before, start = _peak(), time.perf_counter()
    decoded = codec.decode(received).numpy()
    return decoded, time.perf_counter() - start, _peak() - before


def _peak() -> float:
    """The most memory this process has held so far, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")  # getrusage counts what the parent held before the exec
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
