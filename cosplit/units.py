"""Numbers as people read them; nothing where nothing was measured. JSON has them exact."""

import math

_BIG = 100.0
_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def number(value: float | None) -> str:
    """Three significant digits with thousands marked: `1,230,000`."""
    return "" if value is None else f"{float(f'{value:.3g}'):,.10g}"


def percent(fraction: float | None, digits: int = 2) -> str:
    """A fraction as `93.88 %`."""
    return "" if fraction is None else f"{100 * fraction:.{digits}f} %"


def level(threshold: float) -> str:
    """A threshold as it was named: `93 %`, `92.5 %`."""
    return f"{100 * threshold:.6g} %"


def count(n: float | None) -> str:
    """Three significant digits and the unit's letter: `162 M`, `1.77 M`, `0`."""
    if n is None:
        return ""
    rounded = float(f"{n:.3g}")
    for size, letter in _STEPS:
        if rounded >= size:
            return f"{_significant(rounded / size)} {letter}"
    return f"{rounded:g}"


def bits(n: float | None) -> str:
    """Whole bits with thousands marked; three significant digits under a hundred."""
    return number(n) if n is None or n < _BIG else f"{n:,.0f}"


def milliseconds(ms: float | None) -> str:
    """Three significant digits, zeros kept, so that a column can be compared by eye: `14.0`."""
    return "" if ms is None else _significant(ms)


def interval(low: float, high: float, digits: int = 2) -> str:
    """Two fractions as `93.40 to 94.35 %`."""
    return f"{100 * low:.{digits}f} to {percent(high, digits)}"


def rate(bytes_per_s: float) -> str:
    """A link's rate with its unit: `31.6 kB/s`."""
    for size, unit in ((1e6, "MB/s"), (1e3, "kB/s")):
        if bytes_per_s >= size:
            return f"{number(bytes_per_s / size)} {unit}"
    return f"{number(bytes_per_s)} B/s"


def _significant(value: float) -> str:
    if not value or not math.isfinite(value):
        return f"{value:g}"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.{max(0, 2 - math.floor(math.log10(abs(rounded))))}f}"
