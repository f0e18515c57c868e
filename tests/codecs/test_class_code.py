"""The class alone."""

import pytest
import torch

from cosplit.codecs.class_code import ClassCode
from cosplit.message import Bits


@pytest.mark.parametrize(("classes", "bits"), [(2, 1), (10, 4), (16, 4), (17, 5)])
def test_a_class_takes_ceil_log2_bits(classes, bits):
    logits = torch.eye(classes)
    messages = ClassCode(classes).encode(logits)
    assert {m.n_bits for m in messages} == {bits}
    assert torch.equal(ClassCode(classes).decode(messages), logits)


def test_ten_classes_leave_six_codes_that_are_none():
    codes = [Bits(bytes([code << 4]), 4) for code in range(16)]
    assert torch.equal(ClassCode(10).decode(codes).sum(1), torch.tensor([1.0] * 10 + [0.0] * 6))
