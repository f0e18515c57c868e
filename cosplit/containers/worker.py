"""The process inside a container: frames in on stdin, frames out on stdout, until stdin ends.

It holds one half and nothing else: no labels, no clock, no link, no other half.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from cosplit.containers.frames import Kind, pack, read_frame
from cosplit.containers.half import LoadedHalf
from cosplit.containers.kernels import run_kernels
from cosplit.measure.outcome import outcome_of

SCRATCH = Path("/tmp/sources")  # noqa: S108 - the container's own tmpfs


def main() -> None:
    """Serve until the harness closes the stream."""
    serve(*frame_streams())


def frame_streams() -> tuple[BinaryIO, BinaryIO]:
    """stdin, and a copy of stdout that only frames go to."""
    frames_out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a method prints must not garble the frames
    sys.stdout = sys.stderr
    return sys.stdin.buffer, frames_out


def serve(
    frames_in: BinaryIO,
    frames_out: BinaryIO,
    load: Callable[[bytes, Path], LoadedHalf] = LoadedHalf,
    scratch: Path = SCRATCH,
) -> None:
    """Answer every frame with one frame, failures included; `load` makes a half from a frame."""
    half: LoadedHalf | None = None

    def read(n: int) -> bytes:
        data = frames_in.read(n)
        if len(data) < n:
            raise EOFError
        return data

    while True:
        try:
            kind, size, payload = read_frame(read, set(Kind))
            if kind is Kind.LOAD:
                half = load(payload, scratch)
                answer = _json(half.ready())
            elif kind is Kind.JSON:
                request = json.loads(payload)
                answer = _json(half.told(request) if half else run_kernels(**request["kernels"]))
            elif half is None:
                raise ValueError("an image or a message before a half was loaded")
            else:
                answer = half.answer(kind, size, payload)
        except EOFError:
            return
        except Exception as error:
            answer = pack(Kind.FAULT, json.dumps(outcome_of(error)).encode())
        frames_out.write(answer)


def _json(content: object) -> bytes:
    return pack(Kind.JSON, json.dumps(content).encode())


if __name__ == "__main__":
    main()
