"""What is asked of every operating point: one test a question, each row in its `extra_info`.

A method that fails gives a row with its outcome and an expected failure.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cosplit.containers.emulator import Emulator
from cosplit.plugin.bench import BENCH, Bench, Entrant, name_of
from cosplit.row import Row
from cosplit.trained import NotTrained

ROUNDS = 5
Record = Callable[[Row], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test a point, and over the noise grid one a channel."""
    bench = metafunc.config.stash[BENCH]
    if "entrant" in metafunc.fixturenames:
        ids = [f"{method.name}-{point.name}" for method, point in bench.entrants]
        metafunc.parametrize("entrant", bench.entrants, ids=ids)
    if "channel_name" in metafunc.fixturenames:
        metafunc.parametrize("channel_name", bench.channel_names())


@pytest.fixture(scope="module")
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """The run; its containers, where it has any, are up."""
    bench = request.config.stash[BENCH]
    if not bench.emulates:
        yield bench
        return
    hardware = bench.hardware
    with Emulator(hardware.device, hardware.server, say=bench.note) as bench.emulator:
        yield bench


@pytest.fixture
def rows(bench: Bench, entrant: Entrant) -> list[Row]:
    """The point's rows; a point without a model is left out."""
    try:
        return bench.score(*entrant)
    except NotTrained as error:
        bench.left_out[name_of(entrant)] = str(error)
        pytest.skip(str(error))


@pytest.fixture
def record(bench: Bench, entrant: Entrant, benchmark: Any) -> Record:
    """Times one image's path over a row's channel and keeps the row with the times."""

    def timed(row: Row) -> None:
        benchmark.extra_info.update(row.model_dump(mode="json"))
        if row.outcome != "ok":
            benchmark.pedantic(lambda: row.outcome)
            pytest.xfail(f"{row.outcome}: {row.detail}")
        outcome = benchmark.pedantic(
            bench.path(*entrant, row), rounds=ROUNDS, iterations=1, warmup_rounds=1
        )
        assert outcome == "ok"

    return timed


def test_tradeoff(rows: list[Row], record: Record) -> None:
    """Fig. 3: computation on the device against bits sent, one point a split and setting."""
    row = rows[0]
    if row.code == "symbols":
        pytest.skip("sends channel symbols: see test_noise")
    record(row)


def test_latency(rows: list[Row], record: Record) -> None:
    """Fig. 4: latency against rate, modelled for the hardware that was asked for."""
    row = rows[0]
    if row.outcome == "ok" and row.latency_modelled_ms is None:
        pytest.skip("sends channel symbols: a rate in bytes says nothing about them")
    record(row)
    assert row.latency_modelled_ms is not None
    by_rate = sorted((float(rate), ms) for rate, ms in row.latency_modelled_ms.items())
    assert [ms for _, ms in by_rate] == sorted((ms for _, ms in by_rate), reverse=True)


def test_noise(rows: list[Row], record: Record, channel_name: str) -> None:
    """Fig. 5: accuracy and channel uses over the noise grids."""
    over = [row for row in rows if row.channel == channel_name]
    if not over:
        pytest.skip(f"has no row over {channel_name}")
    record(over[0])
