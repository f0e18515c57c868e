"""Every cheat ends in its verdict, and the honest method in none."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cosplit.catalogue import channel
from cosplit.data import ImageSet
from cosplit.measure.cost import model_cost
from cosplit.submission.folder import read_submission
from cosplit.submission.halves import Patience
from cosplit.submission.judge import Judge

CHEATS = Path(__file__).parent / "cheats"
VERDICTS = {
    "reads_labels": "cheat:labels",
    "reads_files": "cheat:files",
    "answers_from_a_cache": "cheat:replay",
    "depends_on_mates": "cheat:replay",
    "remembers_answers": "cheat:replay",
    "memorises": "cheat:memorises",
    "patches_the_counter": "cheat:uncounted_compute",
    "computes_in_numpy": "cheat:uncounted_compute",
    "computes_elsewhere": "cheat:process",
    "forks_without_end": "cheat:process",
    "hides_in_padding": "invalid",
    "exceeds_size": "over_size",
    "exceeds_power": "over_power",
    "unpickles": "cheat:pickle",
    "opens_the_network": "cheat:network",
    "fills_the_disk": "cheat:disk",
    "returns_nan": "invalid",
}
AWGN = dict.fromkeys(("exceeds_power", "sends_symbols"), ('designed_for = "awgn"', "awgn10"))


@pytest.fixture
def judged(make, exam):
    def judged(sandbox, cheat="", asked=None):
        more, over = AWGN.get(cheat, ("", "noiseless"))
        submission = read_submission(make(cheat, more))
        judge = Judge(sandbox, submission, asked or exam, Patience(answer_s=20, all_s=120))
        return judge.judge(submission.manifest.points[0], channel(over))

    return judged


@pytest.fixture
def local():
    from local import Local

    return Local()


def own_count(exam):
    scope = {"__name__": "honest"}
    exec((CHEATS / "honest.py").read_text(), scope)
    model = scope["Honest"]().build(exam.task, None, {})
    cost = model_cost(model, torch.from_numpy(exam.test.images[:1]))
    return cost.device_macs, cost.server_macs


def test_the_honest_method_passes(judged, local, exam):
    seen = judged(local)
    assert seen.observation.outcome == "ok", seen.observation.detail
    assert set(seen.observation.bits) == {32}
    assert (seen.device_macs, seen.server_macs) == own_count(exam), "counted in the boxes"
    assert local.started == ["device", "server", "device", "server", "device"]


@pytest.mark.parametrize("cheat", VERDICTS)
def test_a_cheat_gets_its_verdict(judged, local, cheat):
    seen = judged(local, cheat).observation
    assert seen.outcome == VERDICTS[cheat], seen.detail


def test_what_a_length_says_is_charged(judged, local):
    seen = judged(local, "hides_in_length").observation
    assert seen.outcome == "ok", seen.detail
    assert seen.bits.min() >= (32).bit_length(), "every message pays for naming its length"


def test_when_a_message_comes_reaches_nobody(judged, local, exam):
    """Labels that the device half does know, and says by waiting alone, stay unknown."""
    sums = exam.test.images.reshape(len(exam.test), -1).astype(int).sum(1) % 10
    told = ImageSet.of(exam.test.images, sums, exam.test.index, exam.test.n_whole)
    asked = replace(exam, test=told, base={kind: right | True for kind, right in exam.base.items()})
    seen = judged(local, "hides_in_timing", asked).observation
    replayed_as_well = seen.outcome in ("ok", "cheat:replay")
    assert replayed_as_well, seen.detail
    assert not len(seen.correct) or seen.correct.mean() < 0.4


def test_symbols_are_counted_as_channel_uses(judged, local):
    seen = judged(local, "sends_symbols").observation
    assert (seen.outcome, seen.code) == ("ok", "symbols"), seen.detail
    assert set(seen.uses) == {4}


def test_a_channel_that_the_manifest_does_not_name_is_told(make, exam, local):
    given = read_submission(make("sends_symbols"))
    judge = Judge(local, given, exam)
    seen = judge.judge(given.manifest.points[0], channel("noiseless")).observation
    assert seen.outcome == "invalid"
    assert "submission.toml" in seen.detail
