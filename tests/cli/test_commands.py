"""What users type, and the one line they get for a mistake."""

import json
from pathlib import Path

import pytest

from cosplit import cli


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Run the command line as `main` does; gives exit code, output and error text."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["cosplit", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *capsys.readouterr()

    return call


def test_points_are_listed_for_machines(run) -> None:
    code, out, _ = run("list", "points", "--task", "digits", "--json")
    points = json.loads(out)
    assert code == 0
    assert {"png", "three_step", "original"} <= {p["method"] for p in points}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("list", "metods"), "did you mean 'methods'"),
        (("list", "points", "--task", "cifar"), "did you mean 'cifar10'"),
        (("train", "digits", "--method", "three_steps"), "did you mean 'three_step'"),
        (("score", "digits", "--point", "conv4"), "unknown point 'conv4'"),
        (("score", "digits", "--hardware", "raspberry-pi-5"), "unknown hardware profile"),
        (("choose", "--rate", "1000", "--threshold", "0.5"), "is not one of cifar10's"),
        (("enter", "digits"), "never ranked"),
    ],
)
def test_a_mistake_is_one_line_with_the_remedy(run, words: tuple[str, ...], says: str) -> None:
    code, _, err = run(*words)
    assert code != 0
    assert says in err
    assert len(err.strip().splitlines()) == 1


def test_absent_data_names_the_command(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("COSPLIT_DATA", raising=False)
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    code, _, err = run("data", "check", "cifar10")
    assert code == 1
    assert "cosplit data fetch cifar10" in err


def test_embedded_data_is_whole(run) -> None:
    code, out, _ = run("data", "check", "digits", "--json")
    assert code == 0
    assert json.loads(out)[0]["whole"] is True
