"""A point's name says all of it, and its JSON gives it back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.errors import CosplitError
from cosplit.point import OperatingPoint

KEYS = st.sampled_from(["keep", "uses", "quality", "bits_of"])
numbers = st.integers(0, 99_999) | st.integers(0, 10_000).map(lambda n: n / 1000)
points = st.builds(
    OperatingPoint,
    st.sampled_from(["input", "conv4_x", "conv5_1"]),
    st.dictionaries(KEYS, numbers | st.sampled_from(["jscc", "vq", "webp"]), max_size=3),
)


def without_words(point: OperatingPoint) -> tuple[object, ...]:
    """What a name shows: words without their key, and the order of settings."""
    shown = [v if isinstance(v, str) else (k, v) for k, v in point.settings.items()]
    return (point.split_point, *shown)


def test_the_name_in_the_design() -> None:
    point = OperatingPoint("conv4_x", {"keep": 0.5, "code": "jscc", "uses": 9})
    assert point.name == "conv4_x-keep0.5-jscc-uses9"


@given(points)
def test_json_gives_the_point_back(point: OperatingPoint) -> None:
    again = OperatingPoint.from_json(json.loads(json.dumps(point.to_json())))
    assert (again, again.name, hash(again)) == (point, point.name, hash(point))


@given(points, points)
def test_names_are_unique(one: OperatingPoint, other: OperatingPoint) -> None:
    assert (one.name == other.name) == (without_words(one) == without_words(other))


def test_equal_points_hash_alike_whatever_the_order_of_settings() -> None:
    one = OperatingPoint("conv1", {"keep": 0.5, "uses": 9})
    other = OperatingPoint("conv1", {"uses": 9, "keep": 0.5})
    assert one == other
    assert len({one, other}) == 1


def test_settings_cannot_be_changed_from_outside() -> None:
    settings = {"keep": 0.5}
    point = OperatingPoint("conv1", settings)
    settings["keep"] = 0.25
    assert point.name == "conv1-keep0.5"
    with pytest.raises(TypeError):
        point.settings["keep"] = 0.25


@pytest.mark.parametrize("word", ["", "a/b", "a b", "a-b", "..-", "\u00e9", "a\n"])
def test_what_is_no_file_stem_is_refused(word: str) -> None:
    with pytest.raises(CosplitError, match="use letters"):
        OperatingPoint(word)
    with pytest.raises(CosplitError, match="use letters"):
        OperatingPoint("conv1", {"code": word})


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), True, None, [1], 0.1234567, 10**7 + 1]
)
def test_a_setting_that_its_name_would_not_show_is_refused(value: object) -> None:
    with pytest.raises(CosplitError, match="setting keep = "):
        OperatingPoint("conv1", {"keep": value})


@pytest.mark.parametrize("value", [-1, 1e-7])
def test_a_number_whose_name_holds_a_dash_is_refused(value: float) -> None:
    with pytest.raises(CosplitError):
        OperatingPoint("conv1", {"keep": value})


@pytest.mark.parametrize(
    "data", [{}, {"split_point": "conv1"}, {"split_point": "a", "settings": 3}]
)
def test_other_json_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(CosplitError, match="not an operating point"):
        OperatingPoint.from_json(data)
