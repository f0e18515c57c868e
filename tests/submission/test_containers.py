"""Cheats behind the engine's walls, the command without an engine, and the worked example."""

import os
import subprocess
import sys

import pytest
from test_cheats import VERDICTS

from cosplit.catalogue import channel
from cosplit.errors import CosplitError
from cosplit.submission.folder import read_submission
from cosplit.submission.judge import Judge
from cosplit.submission.sandbox import Containers

BEHIND_WALLS = (
    "reads_labels",
    "computes_in_numpy",
    "forks_without_end",
    "opens_the_network",
    "fills_the_disk",
    "remembers_answers",
)


@pytest.fixture(scope="module")
def containers():
    try:
        sandbox = Containers().__enter__()
    except CosplitError as error:
        if os.environ.get("COSPLIT_REQUIRE_ENGINE") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield sandbox
    sandbox.__exit__()


@pytest.mark.containers
@pytest.mark.parametrize("cheat", ["", *BEHIND_WALLS])
def test_in_containers_the_verdicts_are_the_same(make, exam, containers, cheat):
    given = read_submission(make(cheat))
    point = given.manifest.points[0]
    seen = Judge(containers, given, exam).judge(point, channel("noiseless")).observation
    assert seen.outcome == VERDICTS.get(cheat, "ok"), seen.detail


def test_without_an_engine_submitting_is_one_line(make, tmp_path):
    command = [sys.executable, "-c", "from cosplit.cli import main; main()", "submit", make()]
    nowhere = {**os.environ, "DOCKER_HOST": f"unix://{tmp_path}/none.sock"}
    done = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "no Docker Engine answers" in done.stderr
