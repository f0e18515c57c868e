"""What users type, and the one line they get for a mistake."""

import json
from pathlib import Path

import pytest


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
    assert json.loads(out)["whole"] is True


def test_a_plan_is_printed_and_nothing_is_trained(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    words = ("--method", "png", "--method", "bottlenet_plus_plus", "--point", "conv5_x")
    code, out, err = run("train", "digits", *words, "--plan")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == "0 of 1 points trained before"
    assert lines[1].startswith("bottlenet_plus_plus conv5_x")
    assert lines[2].startswith("  base-1: 20 epochs, about ")
    assert lines[3].startswith("  bottlenet_plus_plus-conv5_x-channels8-bits1: 4.2 epochs, about ")
    assert lines[4].startswith("  bottlenet_plus_plus-conv5_x-channels8-bits1-again: 3.5 epochs, ")
    assert lines[5].startswith("3 stages to train, about ")
    assert len(lines) == 6
    assert not list(tmp_path.rglob("*.safetensors"))


@pytest.mark.parametrize(("words", "stages"), [((), 0), (("--again",), 3)])
def test_what_is_trained_is_trained_again_on_demand_only(
    run, tmp_path: Path, monkeypatch, words: tuple[str, ...], stages: int
) -> None:
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    monkeypatch.setattr("cosplit.trained.TrainedModels.find", lambda *_: object())
    asked = ("--method", "bottlenet_plus_plus", "--point", "conv5_x", "--plan", *words)
    code, out, _ = run("train", "digits", *asked)
    assert code == 0
    assert out.startswith("1 of 1" if not stages else "0 of 1")
    assert (f"{stages} stages to train" in out) == bool(stages)


def test_a_method_that_cannot_be_planned_says_why_and_is_left_out(
    run, tmp_path: Path, monkeypatch
) -> None:
    from cosplit.methods.png import Png

    def fit(self: Png, task: object, point: object, train: object) -> None:
        raise AttributeError("Planner is no LocalTrainer")

    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    monkeypatch.setattr(Png, "fit", fit)
    code, out, _ = run("train", "digits", "--method", "png", "--plan")
    assert code == 0
    assert "  cannot be planned further: AttributeError: Planner is no LocalTrainer" in out


def test_a_plan_for_machines_is_one_document_and_progress_goes_elsewhere(
    run, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    words = ("--method", "bottlenet_plus_plus", "--point", "conv5_x", "--plan", "--json")
    code, out, err = run("train", "digits", *words)
    told = json.loads(out)
    assert code == 0
    assert "3 stages to train" in err
    assert (told["task"], told["trained_before"], told["trained"]) == ("digits", 0, [])
    (point,) = told["plan"]
    assert point["point"] == "conv5_x-channels8-bits1"
    assert [stage["epochs"] > 0 and stage["seconds"] > 0 for stage in point["stages"]] == [True] * 3


def test_fetching_what_comes_with_a_package_says_so(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    code, out, _ = run("data", "fetch", "digits")
    assert (code, out) == (0, "digits comes with a package: nothing to fetch\n")
    assert json.loads(run("data", "fetch", "digits", "--json")[1]) == {
        "task": "digits",
        "folder": None,
    }
