"""What a run prints at its end: every point, the leaderboard, and where everything lies."""

import warnings
from typing import Any

from cosplit.containers.report import agreements, emulated_table
from cosplit.measure import journal
from cosplit.plugin.bench import Bench
from cosplit.screen import print_tables


def write(bench: Bench, terminal: Any) -> None:
    """Print the tables, draw the figures."""
    from cosplit.record import figures, table

    task, hardware = bench.task, bench.hardware.name
    tables = [
        table.points(bench.rows, task.threshold),
        table.leaderboard(bench.rows, task, hardware),
    ]
    if bench.emulator:
        tables.append(emulated_table(bench.rows, task.rates, bench.emulator.name))
        tables[-1].notes += agreements(bench.rows, task.rates)
    print_tables(terminal._tw._file, *tables, more="--benchmark-json")
    with warnings.catch_warnings():  # where they are errors, a library's would end a finished run
        warnings.simplefilter("default")
        drawn = figures.draw(bench.rows, task, bench.hardware, bench.folder)
    terminal.write_line(f"figures: {', '.join(map(str, drawn))}")
    terminal.write_line(f"rows:    {bench.folder / journal.ROWS}")
