"""Generators depend on their seed and axes alone: not on order, process or number type."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cosplit.seeds import derive, generator, seeded, torch_generator

axes = st.lists(st.text(max_size=5) | st.integers() | st.floats(allow_nan=False), max_size=4)
PRINT = "from cosplit.seeds import *; print(derive(3, 'noise', 'awgn10', 7, 0.5))"
PRINT += "; print(generator(3, 'x').normal())"


@given(st.integers(0, 2**32), axes)
def test_a_seed_fits_every_generator(seed: int, where: list[object]) -> None:
    derived = derive(seed, *where)
    assert 0 <= derived < 2**63
    assert derived == derive(seed, *where)


@given(st.integers(0, 9), axes, axes)
def test_other_axes_give_another_seed(seed: int, one: list[object], other: list[object]) -> None:
    same = [repr(axis) for axis in one] == [repr(axis) for axis in other]
    assert (derive(seed, *one) == derive(seed, *other)) == same
    assert derive(seed, *one) != derive(seed + 1, *one)


def test_axes_do_not_run_together() -> None:
    assert len({derive(0, "ab", "c"), derive(0, "a", "bc"), derive(0, "abc"), derive(0, 1, 2)}) == 4
    assert derive(0, "1") != derive(0, 1)


@pytest.mark.parametrize(
    ("axis", "plain"),
    [(np.int64(7), 7), (np.uint8(7), 7), (np.float64(0.5), 0.5), (np.float32(0.5), 0.5)],
)
def test_a_numpy_number_is_the_number_it_equals(axis: object, plain: float) -> None:
    assert derive(np.int64(1), "noise", axis) == derive(1, "noise", plain)


def test_draws_do_not_depend_on_the_order_of_calls() -> None:
    forward = {k: generator(0, "noise", k).normal(size=3).tolist() for k in range(5)}
    backward = {k: generator(0, "noise", k).normal(size=3).tolist() for k in reversed(range(5))}
    assert forward == backward


def test_draws_are_alike_in_another_process() -> None:
    here = (
        derive(3, "noise", "awgn10", 7, 0.5),
        generator(3, "x").normal(),
    )
    there = subprocess.run(
        [sys.executable, "-c", PRINT],
        env={"PYTHONHASHSEED": "123", "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    assert there.stdout.split() == [str(value) for value in here]


def test_the_seeds_of_published_scores_do_not_move() -> None:
    assert derive(0, "noise", "awgn10", 0) == 7336613521441065908
    assert generator(0, "noise", "awgn10", 0).integers(2**31) == 1206071450


def test_torch_draws_depend_on_the_axes_alone() -> None:
    one, again, other = (torch.rand(4, generator=torch_generator(3, a)).tolist() for a in "xxy")
    assert one == again != other


def test_seeded_restores_the_global_generator() -> None:
    state = torch.get_rng_state()
    with seeded(0, "weights"):
        one = torch.rand(3)
    with seeded(0, "weights"):
        torch.testing.assert_close(torch.rand(3), one, rtol=0, atol=0)
    assert torch.equal(torch.get_rng_state(), state)
