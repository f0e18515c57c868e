"""Whatever a box says of itself, it is sizes or a failure."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.containers.box import BoxFailure
from cosplit.submission.sandbox import declared

BOX = SimpleNamespace(name="device")
SOUND = '{"max_bits": 32, "max_uses": null, "designed_for": null, "macs": 7, "counted": 1}'


def test_a_sound_declaration():
    says = declared(BOX, SOUND.encode())
    assert (says.max_bits, says.largest, says.macs) == (32, 5, 7)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("32", "-1"),
        ("32", "1e999"),
        ("32", "9999999999999"),
        ("32", '"32"'),
        ("32", "true"),
        ("7", "1" + "0" * 300),
        ('"designed_for": null', '"designed_for": "telepathy"'),
        ('"max_uses": null', '"max_uses": null, "more": 1'),
        ("32", "[" * 5000),
    ],
)
def test_nonsense_is_a_failure_of_the_half(before, after):
    with pytest.raises(BoxFailure, match="impossible sizes") as failure:
        declared(BOX, SOUND.replace(before, after).encode())
    assert failure.value.outcome == "invalid"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_failure(data):
    with pytest.raises(BoxFailure):
        declared(BOX, data)
