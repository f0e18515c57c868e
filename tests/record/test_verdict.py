"""Whether a row reaches a threshold, in words."""

import pytest

from cosplit.record.verdict import shortfall, verdict


@pytest.mark.parametrize(
    ("n_correct", "fields", "says"),
    [
        (9_400, {}, "certain"),
        (9_310, {}, "yes"),
        (9_290, {}, "no: 10 short"),
        (8_300, {}, "no: 1,000 short"),
        (9_290, {"n": 9_979}, "no: 10 short, 21 missing"),
        (9_300, {"n": 9_979, "validation_accuracy": 0.9275}, "no: validation 92.75 %"),
        (9_300, {"n": 9_979, "validation_accuracy": None}, "no: not validated"),
    ],
)
def test_a_verdict_says_what_is_lacking(make_row, n_correct, fields, says):
    judged = {}
    if "validation_accuracy" in fields:
        judged = {"qualifies": {"0.93": False}, "certain": {"0.93": False}}
    assert verdict(make_row("ours", 1, 1.0, n_correct, **fields, **judged), 0.93) == says


def test_a_failure_is_its_own_verdict(make_row):
    assert verdict(make_row(outcome="oom", accuracy=None), 0.93) == "oom"


def test_missing_images_are_wrong_ones(make_row):
    row = make_row("ours", 1, 1.0, 9_290, n=9_979)
    assert shortfall(row, 0.93) == 10
    assert shortfall(row.model_copy(update={"n_missing": 0}), 0.93) == 9_281 - 9_290
