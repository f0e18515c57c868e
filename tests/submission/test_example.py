"""The worked example is run as docs/submitting.md says, on digits."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "example"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A copy of the example's folder, trained by its own script."""
    folder = tmp_path_factory.mktemp("example") / "sign_pca"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("*.safetensors", "__pycache__"))
    subprocess.run([sys.executable, "train.py", "digits"], cwd=folder, check=True)
    return folder


def test_it_is_a_submission_that_classifies(trained, tmp_path):
    from local import Local

    from cosplit.submission.submit import Submitting

    rows = Submitting(tmp_path, Local(), say=lambda _: None).rehearse(trained)
    noiseless = {row.point: row for row in rows if row.channel == "noiseless"}
    assert {row.outcome for row in rows} == {"ok"}
    assert noiseless["conv3_x-bits96"].payload_bits_mean == 96
    assert noiseless["conv4_x-bits48"].payload_bits_mean == 48
    assert min(row.accuracy_high for row in rows) > 0.85, "0.9 and more over all test images"


def test_its_points_are_those_of_its_manifest(trained, task):
    from cosplit.submission.folder import read_submission

    scope = {"__name__": "example"}
    exec((EXAMPLE / "method.py").read_text(), scope)
    assert scope["SignPca"]().points(task) == read_submission(trained).points
