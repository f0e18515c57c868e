"""Where no terminal is, an epoch is a line; its time left is reckoned from this process alone."""

import pytest

from cosplit.training.progress import Reporter, duration


def lines(capsys: pytest.CaptureFixture[str], first_step: int) -> list[str]:
    """What is told of a stage of 100 steps, 6 s each, that goes on at `first_step`."""
    now = [1000.0]
    with Reporter("stage", 100, True, lambda: now[0]) as reporter:
        for step in range(first_step, 100):
            now[0] += 6
            reporter.step(step + 1)
            if (step + 1) % 25 == 0:
                reporter.epoch((step + 1) // 25, (step + 1) / 100, 0.5)
    return capsys.readouterr().err.splitlines()


def test_an_epoch_says_how_long_the_stage_will_take(capsys: pytest.CaptureFixture[str]) -> None:
    assert lines(capsys, 0) == [
        "stage: epoch 1, 25 %, loss 0.5000, about 8 min left",
        "stage: epoch 2, 50 %, loss 0.5000, about 5 min left",
        "stage: epoch 3, 75 %, loss 0.5000, about 2 min left",
        "stage: epoch 4, 100 %, loss 0.5000",
    ]


def test_what_was_done_before_a_kill_took_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert lines(capsys, 50)[0] == "stage: epoch 3, 75 %, loss 0.5000, about 2 min left"


def test_nothing_is_told_where_nothing_is_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter("stage", 4, False) as reporter:
        reporter.step(1)
        reporter.epoch(1, 0.25, 0.5)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (29.6, "30 s"),
        (30, "30 s"),
        (31, "1 min"),
        (3599, "1 h 0 min"),
        (12_000, "3 h 20 min"),
    ],
)
def test_a_duration_is_read_at_a_glance(seconds: float, said: str) -> None:
    assert duration(seconds) == said
