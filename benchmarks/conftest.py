"""`pytest benchmarks`: scores operating points once, times one image's path, prints the board.

Each test's `extra_info` in the benchmark's JSON is one row. A method that fails gives a row with
its outcome and an expected failure; the run fails only where nothing at all could be scored.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path

import pytest

from cosplit import catalogue
from cosplit.containers.emulator import Emulator
from cosplit.containers.engine import connect
from cosplit.containers.report import agreements, emulated_table
from cosplit.containers.rows import emulated_rows
from cosplit.errors import CosplitError, MissingData, unknown
from cosplit.measure import journal
from cosplit.measure.hardware import DEVICE, Hardware
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.row import Row
from cosplit.seeds import generator
from cosplit.task import Task

NOISELESS = "noiseless"
ROUNDS = 5
BENCH = pytest.StashKey["Bench"]()


def pytest_addoption(parser):
    group = parser.getgroup("cosplit")
    group.addoption("--task", default="digits", help="what is asked (default: digits)")
    group.addoption("--method", action="append", help="only this method; may be repeated")
    group.addoption(
        "--hardware",
        help="DEVICE or DEVICE+SERVER: measure latency in containers too "
        f"(without it: modelled alone, for {DEVICE})",
    )
    group.addoption("--modelled", action="store_true", help="no containers, whatever the hardware")
    group.addoption("--samples", type=int, help="this many class-balanced test images only")
    group.addoption("--data", type=Path, help="the folder of the task's images")
    group.addoption("--parts", type=Path, help="a folder of further methods, codecs, tasks ...")


class Bench:
    """What one run shares: the task, its points, each point's rows and model."""

    def __init__(self, config: pytest.Config) -> None:
        option = config.getoption
        parts = option("--parts")
        self.parts: Path | None = parts and parts.resolve()
        self.task: Task = catalogue.task(option("--task"), self.parts)
        if not self.task.ranked:  # tiny networks: more threads would only wait for each other
            os.environ.setdefault("OMP_NUM_THREADS", "1")
        self.hardware = Hardware.parse(
            option("--hardware") or DEVICE, partial(catalogue.profile, extra=self.parts)
        )
        self.emulates = bool(option("--hardware")) and not option("--modelled")
        self.emulator: Emulator | None = None
        self.samples: int | None = option("--samples")
        if self.samples is not None and self.samples < self.task.data.classes:
            raise CosplitError(f"--samples {self.samples}: take one a class at least")
        self.data: Path | None = option("--data")
        known = catalogue.method_names(self.parts)
        self.methods = list(option("--method") or known)
        for name in set(self.methods) - set(known):
            raise unknown("method", name, known)
        self.folder = journal.run_folder(self.task.name, datetime.now())
        self.scored: dict[str, list[Row]] = {}
        self.left_out: list[str] = []
        self.absent: str | None = None
        self.model = lru_cache(maxsize=1)(self._model)

    @property
    def rows(self) -> list[Row]:
        return [row for rows in self.scored.values() for row in rows]

    def entrants(self) -> Iterator[tuple[Method, OperatingPoint]]:
        for name in self.methods:
            method = catalogue.method(name, self.parts)
            yield from ((method, point) for point in method.points(self.task))

    def channel_names(self) -> list[str]:
        return [
            f"{section.partition('_')[0]}{level:g}"
            for section, levels in self.task.channels
            for level in levels
        ]

    @cached_property
    def runner(self):
        from cosplit.runner import Runner

        return Runner(self.task, self.data, self.samples, hardware=self.hardware, extra=self.parts)

    def score(self, method: Method, point: OperatingPoint) -> list[Row]:
        """The point's rows, scored once a run and written down at once."""
        key = f"{method.name} {point.name}"
        if key not in self.scored:
            rows = self.runner.rows(method, point)
            if self.emulator:
                rows = emulated_rows(self.emulator, self.runner, method, point, rows)
            journal.append(self.folder, rows)
            self.scored[key] = rows
        return self.scored[key]

    def path(self, method: Method, point: OperatingPoint, row: Row) -> Callable[[], str]:
        """One image's whole path, to be timed: device, encode, channel, decode, server."""
        import torch

        from cosplit.measure.score import one_image

        model = self.model(method, point)
        through = row.channel if model.codec.designed_for else NOISELESS
        channel = catalogue.channel(through, self.parts)
        image = torch.from_numpy(self.runner.images.images[:1])
        rng = generator(self.runner.seed, "noise", channel.name, int(self.runner.images.index[0]))
        return lambda: one_image(model, image, channel, rng)

    def _model(self, method: Method, point: OperatingPoint):
        return self.runner.models.get(method, point).model


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    try:
        config.stash[BENCH] = bench = Bench(config)
        if bench.emulates:
            connect().close()  # no engine: say so before anything is trained or scored
    except CosplitError as error:
        raise pytest.UsageError(str(error)) from None
    config.option.benchmark_quiet = True  # the board says it in fewer lines
    # With no data nothing is timed: skipping says so, and is no mistake.
    nothing = "ignore:Not saving anything:pytest_benchmark.logger.PytestBenchmarkWarning"
    config.addinivalue_line("filterwarnings", nothing)


def pytest_generate_tests(metafunc):
    bench = metafunc.config.stash[BENCH]
    if "entrant" in metafunc.fixturenames:
        entrants = list(bench.entrants())
        ids = [f"{method.name}-{point.name}" for method, point in entrants]
        metafunc.parametrize("entrant", entrants, ids=ids)
    if "channel_name" in metafunc.fixturenames:
        metafunc.parametrize("channel_name", bench.channel_names())


def pytest_collection_modifyitems(items):
    """Point by point, so that each model is loaded once."""
    order: dict[str, int] = {}

    def turn(item):
        method, point = item.callspec.params["entrant"]
        return order.setdefault(f"{method.name} {point.name}", len(order))

    ours = [item for item in items if "entrant" in getattr(item, "fixturenames", ())]
    places = [k for k, item in enumerate(items) if item in ours]
    for place, item in zip(places, sorted(ours, key=turn), strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def bench(request) -> Iterator[Bench]:
    bench = request.config.stash[BENCH]
    try:
        bench.runner.images  # noqa: B018 - absent data is one reason for all tests
    except MissingData as error:
        bench.absent = str(error)
        pytest.skip(bench.absent)
    if not bench.emulates:
        yield bench
        return
    say = request.config.pluginmanager.get_plugin("terminalreporter").write_line
    with Emulator(bench.hardware.device, bench.hardware.server, say=say) as bench.emulator:
        yield bench


@pytest.fixture
def rows(bench, entrant) -> list[Row]:
    """The point's rows; a point that failed as a whole is an expected failure."""
    from cosplit.trained import NotTrained

    try:
        return bench.score(*entrant)
    except NotTrained as error:
        bench.left_out.append(str(error))
        pytest.skip(bench.left_out[-1])


@pytest.fixture
def record(bench, entrant, benchmark) -> Callable[[Row], None]:
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


def pytest_benchmark_update_machine_info(config, machine_info):
    machine_info.pop("node", None)


def pytest_benchmark_update_commit_info(config, commit_info):
    for key in set(commit_info) - {"id", "time", "dirty"}:
        del commit_info[key]


def pytest_sessionfinish(session):
    bench = session.config.stash.get(BENCH, None)
    if bench is None or not (bench.scored or bench.left_out):
        return  # nothing was asked, or there are no images
    if not any(row.outcome == "ok" for row in bench.rows):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    from cosplit.record import figures, table
    from cosplit.screen import print_tables

    bench = config.stash[BENCH]
    for line in filter(None, (bench.absent, *dict.fromkeys(bench.left_out))):
        terminalreporter.write_line(line)
    if not bench.rows:
        return
    task, hardware = bench.task, bench.hardware.name
    tables = [
        table.points(bench.rows, task.threshold),
        table.leaderboard(bench.rows, task, hardware),
    ]
    if bench.emulator:
        tables.append(emulated_table(bench.rows, task.rates, bench.emulator.name))
        tables[-1].notes += agreements(bench.rows, task.rates)
    print_tables(terminalreporter._tw._file, *tables, more="--benchmark-json")
    drawn = figures.draw(bench.rows, task, bench.hardware, bench.folder)
    terminalreporter.write_line(f"figures: {', '.join(map(str, drawn))}")
    terminalreporter.write_line(f"rows:    {bench.folder / journal.ROWS}")
