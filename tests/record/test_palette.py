"""Colours are told apart from both grounds, and a method keeps its own."""

import pytest

from cosplit import catalogue
from cosplit.record.palette import OTHERS, OWN, colours

GROUNDS = ("#ffffff", "#14181b")  # paper, and the site's dark one


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(share * x for share, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colour", [*OWN.values(), *OTHERS])
def test_a_colour_has_three_to_one_on_either_ground(colour, ground):
    assert contrast(colour, ground) >= 3


def test_each_method_of_the_project_has_a_colour_of_its_own():
    assert set(OWN) == set(catalogue.method_names())
    assert len({*OWN.values(), *OTHERS}) == len(OWN) + len(OTHERS)


def test_ours_stands_out_most_on_paper():
    assert max(OWN, key=lambda name: contrast(OWN[name], GROUNDS[0])) == "three_step"


def test_a_stranger_takes_no_colour_from_the_project():
    found = colours(["three_step", "mine", "another"])
    assert list(found) == ["another", "mine", "three_step"]
    assert found["three_step"] == OWN["three_step"]
    assert {found["mine"], found["another"]} <= set(OTHERS)
    assert found["mine"] != found["another"]
