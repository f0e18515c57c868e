"""Work of known size, run inside a container to see how fast it really is.

The convolutions are the 3x3 ones of the task's ResNet18, each as often as it occurs there, so the
speed they deliver is the speed the network meets. A matrix product and a memory copy stand beside
them as a check that nothing else is the bottleneck.
"""

import time
from collections.abc import Callable

# (channels, side, how often): stride-1 3x3 convolutions of ResNet18 on 32x32 images
CONVOLUTIONS = ((64, 32, 4), (128, 16, 3), (256, 8, 3), (512, 4, 3))
MATRIX_SIDE = 256
COPY_BYTES = 8 << 20
_TAPS = 9


def convolution_flops() -> int:
    """FLOPs of one pass over the convolutions: 2 x MACs."""
    return sum(2 * _TAPS * c * c * side * side * n for c, side, n in CONVOLUTIONS)


def run_kernels(
    threads: int,
    seconds: float,
    cuda: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """FLOP/s of convolutions and matrix product, bytes/s of a copy.

    The convolutions are given `seconds`, the others a quarter of that each. Wall time over many
    passes, so that the quota's stops are part of it.
    """
    import torch

    torch.set_num_threads(threads)
    where = torch.device("cuda" if cuda else "cpu")
    layers = [
        (torch.randn(1, c, s, s, device=where), torch.randn(c, c, 3, 3, device=where), n)
        for c, s, n in CONVOLUTIONS
    ]
    matrix = torch.randn(MATRIX_SIDE, MATRIX_SIDE, device=where)
    source = torch.zeros(COPY_BYTES, dtype=torch.uint8, device=where)
    target = torch.empty_like(source)

    def convolve() -> None:
        for image, weight, n in layers:
            for _ in range(n):
                torch.nn.functional.conv2d(image, weight, padding=1)

    with torch.inference_mode():
        wait = torch.cuda.synchronize if cuda else _nothing
        convolution = _pass_s(convolve, wait, seconds, clock)
        product = _pass_s(lambda: matrix @ matrix, wait, seconds / 4, clock)
        copy = _pass_s(lambda: target.copy_(source), wait, seconds / 4, clock)
    return {
        "flops_per_s": convolution_flops() / convolution,
        "matrix_flops_per_s": 2 * MATRIX_SIDE**3 / product,
        "copy_bytes_per_s": COPY_BYTES / copy,
    }


def _pass_s(
    work: Callable[[], object],
    wait: Callable[[], object],
    seconds: float,
    clock: Callable[[], float],
) -> float:
    """Mean seconds a pass, after one that is not counted."""
    work()
    wait()
    start, passes = clock(), 0
    while (now := clock()) - start < seconds or not passes:
        work()
        wait()
        passes += 1
    return (now - start) / passes


def _nothing() -> None:
    """A CPU has finished when the call returns."""
