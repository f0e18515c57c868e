"""One file is one part: dropped in, it appears; nothing is imported to list a name."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cosplit import catalogue
from cosplit.errors import CosplitError
from cosplit.message import Bits
from cosplit.resources import PROFILES, TASKS

METHODS = ["image_codec", "on_device", "original", "png", "bottlenet_plus_plus", "three_step"]

CHANNEL = '''
"""Loses everything."""
from cosplit.channel import Channel
from cosplit.message import Bits

class Hole(Channel):
    kind = "hole"
    name = "hole"
    level = None

    def capacity(self):
        return 0.0

    def send(self, message, rng):
        return Bits(b"", 0)

    def transmit(self, values, noise):
        return values * 0
'''
CODEC = '''
"""A codec that another dropped file uses."""
from cosplit.codecs.png import Png

class Postcard(Png):
    pass
'''
METHOD = '''
"""A newcomer that needs the dropped codec."""
from cosplit.codecs.postcard import Postcard
from cosplit.method import Method
from cosplit.point import OperatingPoint

class Newcomer(Method):
    title = authors = source = "test"

    def points(self, task):
        return [OperatingPoint("input")]

    def fit(self, task, point, train):
        raise NotImplementedError(Postcard)

    def build(self, task, point, config):
        raise NotImplementedError
'''


@pytest.fixture
def extra(tmp_path: Path):
    """A folder of newcomers, one of each kind."""
    for path, text in {
        "methods/newcomer.py": METHOD,
        "codecs/postcard.py": CODEC,
        "channels/hole.py": CHANNEL,
        "tasks/digits2.toml": (TASKS / "digits.toml")
        .read_text()
        .replace('name = "digits"', 'name = "digits2"'),
    }.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "hardware_profiles").mkdir()
    pi = PROFILES / "raspberry-pi-3.toml"
    (tmp_path / "hardware_profiles/raspberry-pi-9.toml").write_bytes(pi.read_bytes())
    yield tmp_path
    forget(tmp_path)


def forget(folder: Path) -> None:
    """Newcomers leave no trace in this process."""
    for name, module in list(sys.modules.items()):
        if name.startswith("cosplit."):
            if str(getattr(module, "__file__", "")).startswith(str(folder)):
                del sys.modules[name]
            elif str(folder) in str(getattr(module, "__path__", "")):
                module.__path__[:] = [p for p in module.__path__ if not p.startswith(str(folder))]


def test_the_papers_methods_are_found():
    assert set(METHODS) <= set(catalogue.method_names())
    assert list(catalogue.methods()) == catalogue.method_names()
    assert all(catalogue.method(name).name == name for name in METHODS)


def test_helpers_are_no_parts():
    assert not [name for name in catalogue.method_names() if name.startswith("_")]
    assert "reduction" not in catalogue.codecs()
    assert set(catalogue.channels()) >= {"noiseless", "awgn", "bsc"}
    assert "product_vq" in catalogue.codecs()
    assert list(catalogue.backbones()) == ["resnet18"]


def test_every_kind_of_part_appears_when_its_file_is_dropped(extra: Path):
    assert catalogue.method("newcomer", extra).name == "newcomer"
    assert (
        catalogue.channel("hole", extra).send(Bits(b"a", 8), np.random.default_rng(0)).n_bits == 0
    )
    assert "postcard" in catalogue.codecs(extra)
    assert catalogue.task("digits2", extra).name == "digits2"
    assert catalogue.profile("raspberry-pi-9", extra).name == "raspberry-pi-9"
    assert "newcomer" in catalogue.methods(extra)
    assert catalogue.method_titles(extra)["newcomer"] == ("A newcomer that needs the dropped codec")


def test_newcomers_are_seen_only_by_who_asks_for_them(extra: Path):
    catalogue.methods(extra)
    assert "newcomer" not in catalogue.method_names()
    assert "hole" not in catalogue.channels()
    assert "digits2" not in catalogue.task_names()
    assert "raspberry-pi-9" not in catalogue.profile_names()


def test_a_dropped_backbone_serves_a_dropped_task(extra: Path):
    from cosplit.backbones import build_backbone

    own = Path(catalogue.__file__).parent / "backbones" / "resnet18.py"
    (extra / "backbones").mkdir()
    shutil.copy(own, extra / "backbones" / "resnet19.py")
    path = extra / "tasks" / "digits2.toml"
    path.write_text(path.read_text().replace('"resnet18"', '"resnet19"'))
    network = build_backbone(catalogue.task("digits2", extra))
    assert type(network).__module__ == "cosplit.backbones.resnet19"
    assert "resnet19" in catalogue.backbones(extra)


@pytest.mark.parametrize(
    ("ask", "remedy"),
    [
        (lambda: catalogue.method("thre_step"), "did you mean 'three_step'?"),
        (lambda: catalogue.channel("awng10"), "did you mean 'awgn'?"),
        (lambda: catalogue.channel("noiseless3"), "did you mean 'noiseless'?"),
        (lambda: catalogue.channel("awgn"), "a level must follow"),
        (lambda: catalogue.channel("bsc0,1"), "a level must follow"),
        (lambda: catalogue.task("cifar"), "did you mean 'cifar10'?"),
        (lambda: catalogue.profile("raspberry-pi3"), "did you mean 'raspberry-pi-3'?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(ask, remedy):
    with pytest.raises(CosplitError, match=remedy.replace("?", r"\?")):
        ask()


@pytest.mark.parametrize("name", ["noiseless", "awgn10", "awgn-5", "bsc0.05"])
def test_a_channel_is_named_by_kind_and_level(name):
    assert catalogue.channel(name).name == name


def test_a_file_under_a_taken_name_is_refused(extra: Path):
    (extra / "methods" / "png.py").write_text(METHOD)
    with pytest.raises(CosplitError, match="rename it"):
        catalogue.methods(extra)


def test_two_classes_in_a_file_are_refused(extra: Path):
    path = extra / "channels" / "hole.py"
    path.write_text(CHANNEL + "\nclass Pit(Hole):\n    pass\n")
    with pytest.raises(CosplitError, match="one public class a file"):
        catalogue.channels(extra)


def test_a_file_without_a_method_is_refused(extra: Path):
    (extra / "methods" / "empty.py").write_text('"""Nothing."""\n')
    with pytest.raises(CosplitError, match="define one"):
        catalogue.method("empty", extra)


def test_listing_names_imports_no_torch():
    code = (
        "import sys; from cosplit import catalogue as c\n"
        "c.method_names(), c.method_titles(), c.task_names(), c.profile_names()\n"
        "c.task('digits')\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
