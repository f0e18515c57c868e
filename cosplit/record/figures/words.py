"""How numbers and points are said in figures."""

from cosplit.row import Row


def short(number: float, unit: str = "") -> str:
    """Three digits and a prefix, as in `4.92 MMACs` or `13.6 ms`."""
    from matplotlib.ticker import EngFormatter

    rounded = float(f"{number:.3g}")
    return EngFormatter(unit)(rounded).strip()


def sent(row: Row) -> str:
    """What crosses, as in `3,946 bits` or `9 uses`."""
    if row.code == "symbols":
        return f"{row.channel_uses or 0:,.0f} uses"
    return f"{row.payload_bits_mean or 0:,.0f} bits"


def where(row: Row) -> str:
    """A point in few words, as in `conv4_x: 8 bits, early exit`."""
    return f"{row.split_point}: {sent(row)}" + (", early exit" if row.early_exit else "")
