"""The runner on a method of its own, dropped into a folder: rows, caches and failures."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from cosplit import catalogue
from cosplit.measure import score as scoring
from cosplit.measure.journal import append, read
from cosplit.measure.version import code_digest
from cosplit.runner import Runner
from cosplit.trained import NotTrained

METHOD = '''
"""The image itself, before a network that was never trained."""
from cosplit.backbones import build_backbone
from cosplit.codecs.png import Png
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.seeds import seeded
from cosplit.split import SplitModel

class Untrained(Method):
    title, authors, source = "Untrained", "nobody", "this test"
    def points(self, task):
        return [OperatingPoint("input", {"fails": k}) for k in (0, 1)]
    def fit(self, task, point, train):
        if point.settings["fails"]:
            raise RuntimeError("no luck")
        with seeded(0):
            return self.build(task, point, {})
    def build(self, task, point, config):
        device, server = build_backbone(task).split("input")
        return SplitModel(device, Png(task.data.shape), server, {"name": "untrained"}).eval()
'''


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    (folder / "methods").mkdir()
    (folder / "methods" / "untrained_for_runner.py").write_text(METHOD)
    return folder


@pytest.fixture(scope="module")
def method(parts):
    return catalogue.method("untrained_for_runner", parts)


@pytest.fixture(scope="module")
def runner(parts, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    task = catalogue.task("digits")
    return Runner(task, samples=20, artifacts=(), cache=cache, extra=parts, progress=False)


@pytest.fixture(scope="module")
def rows(runner, method):
    return runner.rows(method, method.points(runner.task)[0])


def test_noiseless_comes_first_and_both_grids_follow(rows, runner):
    grid = runner.task.channels
    assert rows[0].channel == "noiseless"
    assert len(rows) == 1 + len(grid.awgn_snr_db) + len(grid.bsc_flip)
    assert {row.outcome for row in rows} == {"ok"}


def test_a_png_is_the_reference_for_itself(rows):
    assert rows[0].amplification == pytest.approx(1)
    assert rows[0].payload_bits_headerless == rows[0].payload_bits_mean - 8 * 57
    assert (rows[0].device_macs, rows[0].deployable) == (0, True)


def test_latency_is_computing_and_sending(rows):
    row = rows[0]
    expected = 1000 * (row.payload_bits_mean / 800 + 2 * row.server_macs / 13.45e12)
    assert row.latency_modelled_ms["100"] == pytest.approx(expected)


def test_over_noise_the_payload_is_charged_at_capacity(rows):
    over = {row.channel: row for row in rows}
    bits = rows[0].payload_bits_mean
    assert rows[0].channel_uses is None
    assert over["awgn10"].channel_uses == pytest.approx(bits / (0.5 * np.log2(11)))
    assert over["awgn10"].correct == rows[0].correct


def test_a_subset_says_so_and_is_judged_by_itself(rows):
    assert rows[0].n_images == 20
    assert rows[0].detail == "20 class-balanced images of 540"


def test_validation_was_noted_when_it_was_trained(rows):
    assert rows[0].validation_accuracy is not None


def test_what_was_scored_is_not_scored_again(runner, method, rows, monkeypatch):
    monkeypatch.setattr(scoring, "score", None)
    monkeypatch.setattr(type(method), "fit", None)
    again = replace(runner).rows(method, method.points(runner.task)[0])
    assert again == rows


def test_another_seed_is_scored_anew(runner, method, rows, monkeypatch):
    monkeypatch.setattr(scoring, "score", None)
    other = replace(runner, samples=30).rows(method, method.points(runner.task)[0])
    assert [row.outcome for row in other] == ["crash"]


def test_an_edited_part_of_the_same_folder_is_scored_anew(runner, method, parts):
    before = runner.models.code(method)
    (parts / "codecs").mkdir()
    (parts / "codecs" / "edited.py").write_text("SIZE = 1")
    assert runner.models.code(method) != before
    shipped = catalogue.method("png")
    assert runner.models.code(shipped) == code_digest(shipped)
    shutil.rmtree(parts / "codecs")
    assert runner.models.code(method) == before


def test_failure_is_a_row(runner, method):
    (row,) = runner.rows(method, method.points(runner.task)[1])
    assert (row.outcome, row.detail) == ("crash", "RuntimeError: no luck")
    assert row.accuracy is None


def test_a_damaged_model_is_a_row(runner, method, rows, tmp_path):
    broken = replace(runner, cache=tmp_path)
    shutil.copytree(runner.cache, tmp_path, dirs_exist_ok=True)
    (path,) = tmp_path.rglob("input-fails0.safetensors")
    path.write_bytes(path.read_bytes()[:1000])
    (row,) = broken.rows(method, method.points(runner.task)[0])
    assert row.outcome == "invalid"
    assert path.name in row.detail


def test_a_ranked_task_is_not_trained_on_the_spot(runner, method, tmp_path):
    ranked = replace(runner, task=runner.task.model_copy(update={"ranked": True}), cache=tmp_path)
    with pytest.raises(NotTrained, match="`cosplit train digits --method untrained_for_run"):
        ranked.rows(method, method.points(runner.task)[0])


def test_rows_survive_a_kill_in_the_middle_of_a_line(rows, tmp_path):
    append(tmp_path, rows[:2])
    with (tmp_path / "rows.jsonl").open("a") as file:
        file.write(rows[2].model_dump_json()[:50])
    assert read(tmp_path) == rows[:2]
