"""Rows follow from observations: when a split is worth nothing."""

import pytest

from cosplit.measure.metrics import early_exit
from cosplit.row import Row


@pytest.mark.parametrize(
    ("bits", "head", "expected"),
    [(16.0, 0.936, True), (16.0, 0.934, False), (16.0, None, False), (4.0, None, True)],
)
def test_an_early_exit_sends_the_answer_or_could_have(bits, head, expected):
    row = Row.model_validate(
        {
            "task": "digits",
            "method": "m",
            "point": "conv4_x",
            "split_point": "conv4_x",
            "settings": {},
            "accuracy": 0.9,
            "validation_accuracy": 0.94,
            "payload_bits_mean": bits,
            "head_accuracy": head,
        }
    )
    assert early_exit(row) is expected
