"""What a run prints at its end: every point, the leaderboard, and where everything lies."""

from typing import Any

from cosplit.containers.report import agreements, emulated_table
from cosplit.measure import journal
from cosplit.plugin.bench import Bench

LOG_WIDTH = 140


def write(bench: Bench, terminal: Any) -> None:
    """Print the tables, draw the figures."""
    from rich.console import Console

    from cosplit.record import figures, table

    task, hardware = bench.task, bench.hardware.name
    console = Console(file=terminal._tw._file)
    console = console if console.is_terminal else Console(file=console.file, width=LOG_WIDTH)
    console.print(table.points(bench.rows, task.threshold))
    console.print(table.leaderboard(bench.rows, task, hardware))
    if bench.emulator:
        console.print(emulated_table(bench.rows, task.rates, bench.emulator.name))
        for line in agreements(bench.rows, task.rates):
            terminal.write_line(line)
    drawn = figures.draw(bench.rows, task, bench.hardware, bench.folder)
    terminal.write_line(f"figures: {', '.join(map(str, drawn))}")
    terminal.write_line(f"rows:    {bench.folder / journal.ROWS}")
