"""The ablation's variants, on digits and a trainer that only takes notes."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "ablation.py"


@pytest.fixture(scope="module")
def ablation():
    spec = importlib.util.spec_from_file_location("ablation", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_variant_has_a_line_of_bits_and_accuracy(ablation, trainer):
    lines = [line.split("|") for line in ablation.trained(trainer)]
    bits = {name.strip(): float(n.replace(",", "")) for _, name, n, *_ in lines}
    assert set(bits) == set(ablation.variants((64, 4, 4)))
    assert all(accuracy.strip() == "99.00 %" for *_, accuracy, _ in lines)
    assert bits["rounding, fixed length"] == bits["codewords, fixed length"] == 32
    assert bits["+ dimension reduction"] > 20 * bits["+ entropy code: the method"] > 0


def test_each_variant_that_is_trained_has_a_stage_of_its_own(ablation, trainer):
    list(ablation.trained(trainer))
    keys = [stage.key for stage in trainer.stages if stage.key.startswith("ablation-")]
    assert len(keys) == len(set(keys)) == len(ablation.variants((64, 4, 4))) - 1
    assert "ablation-the method, before training" not in keys
