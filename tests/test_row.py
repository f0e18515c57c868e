"""A row is the same in memory and in JSON, and holds no number that JSON or a board cannot."""

import json

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.row import FAILURES, EmulatedLatency, Row

FIRST = {
    "task": "cifar10",
    "method": "three_step",
    "point": "conv4_x-keep0.5",
    "split_point": "conv4_x",
    "settings": {"keep": 0.5},
}
LATENCY = {"p50": 1.0, "p90": 2.0, "p50_low": 0.9, "p50_high": 1.1}
LATENCY |= {"device": 0.5, "link": 0.3, "server": 0.2}
# the names that benchmark JSON, runs/ and entries share, as the design lists them
SHARED = """
task method point split_point settings seed outcome qualifies certain early_exit
accuracy accuracy_low accuracy_high n_images correct images_digest head_accuracy
device_macs device_flops device_params server_macs
payload_bits_mean payload_bits_p99 amplification channel channel_uses
latency_modelled_ms latency_emulated_ms deployable
"""


def test_the_names_of_the_design_are_there() -> None:
    assert set(SHARED.split()) <= set(Row.model_fields)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "accuracy": st.floats(0, 1),
            "device_macs": st.integers(0, 10**12),
            "payload_bits_mean": st.floats(0, 1e9),
            "settings": st.dictionaries(
                st.sampled_from(["keep", "uses"]), st.integers() | st.floats(0, 9) | st.text()
            ),
            "qualifies": st.just({"0.93": True}),
            "latency_modelled_ms": st.dictionaries(st.just("100"), st.floats(0, 1e9)),
            "latency_emulated_ms": st.just({"100": LATENCY}),
        },
    )
)
def test_json_gives_the_row_back(some: dict[str, object]) -> None:
    row = Row(**{**FIRST, **some})
    text = row.model_dump_json()
    again = Row.model_validate_json(text)
    assert again == row
    assert again.model_dump_json() == text
    types = [type(value) for value in row.settings.values()]
    assert [type(value) for value in again.settings.values()] == types


@pytest.mark.parametrize("outcome", ["ok", *FAILURES, "cheat:test_images"])
def test_a_failure_is_a_row(outcome: str) -> None:
    assert Row(**FIRST, outcome=outcome).accuracy is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "fine"),
        ("outcome", "cheat:"),
        ("accuracy", 1.01),
        ("accuracy", 93.0),
        ("accuracy", float("nan")),
        ("payload_bits_mean", -1),
        ("payload_bits_mean", float("inf")),
        ("latency_modelled_ms", {"100": float("inf")}),
        ("latency_emulated_ms", {"100": LATENCY | {"p50": float("nan")}}),
        ("latency_emulated_ms", {"100": LATENCY | {"p51": 1.0}}),
        ("device_macs", -1),
        ("n_images", -1),
        ("code", "symbol"),
        ("acuracy", 0.9),
    ],
)
def test_what_is_no_measurement_is_refused(field: str, value: object) -> None:
    with pytest.raises(pydantic.ValidationError, match=field):
        Row(**FIRST, **{field: value})


def test_a_row_does_not_change() -> None:
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        Row(**FIRST).accuracy = 0.95


def test_the_key_tells_channels_and_seeds_apart() -> None:
    places = [("noiseless", 0), ("awgn10", 0), ("noiseless", 1)]
    keys = {Row(**FIRST, channel=name, seed=seed).key for name, seed in places}
    assert keys == {("cifar10", "three_step", FIRST["point"], *place) for place in places}


def test_plain_json_is_enough_to_read_one() -> None:
    row = Row(**FIRST, latency_emulated_ms={"100": EmulatedLatency(**LATENCY)})
    assert json.loads(row.model_dump_json())["latency_emulated_ms"]["100"]["p50"] == 1.0
