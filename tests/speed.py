"""What measuring itself costs: `pytest tests/speed.py`. Ratios within one run, never limits.

Networks of full size with untrained weights, on noise for images: only time is looked at.
"""

import subprocess
import sys
from statistics import median
from time import perf_counter

import numpy as np
import pytest

from cosplit import catalogue
from cosplit.data import ImageSet

IMAGES = 250
ROUNDS = 5


@pytest.fixture(scope="module")
def task():
    return catalogue.task("cifar10")


@pytest.fixture(scope="module")
def model(task):
    """The pruned network split after conv4_x, with a 16-bit code."""
    from cosplit.backbones import build_backbone

    method = catalogue.method("three_step")
    point = next(p for p in method.points(task) if p.split_point == "conv4_x")
    channels = build_backbone(task).channels
    half = {kind: [n // 2 for n in widths] for kind, widths in channels.items()}
    return method.build(task, point, {"channels": half}).eval()


def images(n: int) -> ImageSet:
    pixels = np.random.default_rng(0).integers(0, 256, (n, 3, 32, 32), dtype=np.uint8)
    return ImageSet.of(pixels, np.zeros(n, dtype=np.int64), np.arange(n), n)


def seconds(body) -> float:
    start = perf_counter()
    body()
    return perf_counter() - start


def ratio(first, second) -> float:
    """The median of `first` over `second`, run in turn, after one run of each to warm up."""
    first(), second()
    return median(seconds(first) / seconds(second) for _ in range(ROUNDS))


def bare_forward(model, batch, times: int = 1):
    import torch

    with torch.inference_mode():
        feature = model.codec.decode(model.codec.encode(model.device(batch)))
        for _ in range(times):
            model.server(feature)


def test_scoring_over_the_bare_forward_pass(model, benchmark):
    """At most 1.15: the same halves over the same images."""
    import torch

    from cosplit.measure.score import score

    some, noiseless = images(IMAGES), catalogue.channel("noiseless")
    batch = torch.from_numpy(some.images)
    found = ratio(lambda: score(model, some, [noiseless]), lambda: bare_forward(model, batch))
    benchmark.extra_info["score_over_forward"] = round(found, 3)
    benchmark.pedantic(score, (model, some, [noiseless]), rounds=1)


@pytest.mark.parametrize("n", [500, 1000, 2000, 4000])
def test_cost_by_number_of_images(n, task, benchmark):
    """Linear: seconds an image stay the same."""
    from cosplit.measure.score import score

    method = catalogue.method("png")
    small = task.model_copy(update={"backbone": task.backbone.model_copy(update={"width": 8})})
    tiny = method.build(small, method.points(small)[0], {}).eval()
    some = images(n)
    benchmark.pedantic(
        score, (tiny, some, [catalogue.channel("noiseless")]), rounds=3, warmup_rounds=1
    )
    benchmark.extra_info["ms_an_image"] = round(1e3 * benchmark.stats.stats.min / n, 4)


def test_help_over_a_bare_import(benchmark):
    """At most 2: `cosplit --help` against `import typer, rich.console`."""

    def run(code):
        return lambda: subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    shown = "import sys; sys.argv = ['cosplit', '--help']; from cosplit.cli import main; main()"
    found = ratio(run(shown), run("import typer, rich.console"))
    benchmark.extra_info["help_over_import"] = round(found, 3)
    benchmark.pedantic(run(shown), rounds=ROUNDS)
