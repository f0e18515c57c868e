"""Numbers as people read them."""

import pytest

from cosplit.units import bits, count, interval, level, milliseconds, number, percent, rate


@pytest.mark.parametrize(
    ("shown", "is_"),
    [
        (percent(0.9387714199819621), "93.88 %"),
        (percent(1.0, 0), "100 %"),
        (level(0.93), "93 %"),
        (level(0.935), "93.5 %"),
        (count(162_366_720), "162 M"),
        (count(1_769_472), "1.77 M"),
        (count(999_600), "1.00 M"),
        (count(746_000), "746 k"),
        (count(12), "12"),
        (count(0), "0"),
        (bits(3_946.4), "3,946"),
        (bits(4.0), "4"),
        (bits(0.0), "0"),
        (milliseconds(14.030560), "14.0"),
        (milliseconds(0.9341), "0.934"),
        (milliseconds(9.996), "10.0"),
        (milliseconds(94_123.4), "94,100"),
        (milliseconds(0.0), "0"),
        (number(1_234_567), "1,230,000"),
        (interval(0.93401, 0.9435), "93.40 to 94.35 %"),
        (interval(0.93401, 0.9436, 1), "93.4 to 94.4 %"),
        (rate(100.0), "100 B/s"),
        (rate(31_620.0), "31.6 kB/s"),
        (rate(1e9), "1,000 MB/s"),
    ],
)
def test_a_number_is_shown_in_three_digits_or_whole(shown: str, is_: str) -> None:
    assert shown == is_


@pytest.mark.parametrize("form", [percent, count, bits, milliseconds, number])
def test_nothing_is_shown_of_what_was_not_measured(form) -> None:
    assert form(None) == ""


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_no_number_is_still_shown(value: float) -> None:
    assert milliseconds(value) == f"{value:g}"
