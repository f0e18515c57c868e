"""Hardware profiles: the paper's constants, and a source for every figure."""

from pathlib import Path

import pytest

from cosplit.errors import CosplitError
from cosplit.profile import load_profile
from cosplit.resources import PROFILES

NAMES = sorted(path.stem for path in PROFILES.glob("*.toml"))
SMALL = """
title = "A board"
role = "device"
processor = "one core"
flops_per_s = 1e9
memory_bytes = 1000

[emulation]
memory_bytes = 900
system_bytes = 100

[sources]
flops_per_s = "measured"
memory_bytes = "its data sheet"
emulation = "a choice"
"""


def mistake(folder: Path, old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    (folder / "board.toml").write_text(SMALL.replace(old, new))
    with pytest.raises(CosplitError) as caught:
        load_profile("board", folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_papers_hardware() -> None:
    device, server = load_profile("raspberry-pi-3"), load_profile("edge-server-rtx-2080-ti")
    assert (device.flops_per_s, server.flops_per_s) == (24e9, 13.45e12)
    assert (device.memory_bytes, server.memory_bytes) == (2**30, 11 * 2**30)
    assert device.deployable is not None
    shares = device.deployable.uncompressed_share, device.deployable.compressed_share
    assert shares == (0.4, 0.9)
    assert server.emulation is not None
    assert server.emulation.gpu


@pytest.mark.parametrize("name", ["../hardware_profiles/raspberry-pi-3", "x" * 300, "a\0b"])
def test_a_name_is_never_taken_for_a_path(name: str) -> None:
    with pytest.raises(CosplitError, match="unknown hardware profile"):
        load_profile(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_loads_and_its_sources_are_single_lines(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert all("\n" not in source and "  " not in source for source in profile.sources.values())


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("raspberry")])
def test_a_boards_memory_is_shared_out_whole(name: str) -> None:
    profile = load_profile(name)
    assert profile.emulation is not None
    assert profile.emulation.system_bytes > 0
    total = profile.emulation.memory_bytes + profile.emulation.system_bytes
    assert total == profile.memory_bytes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('flops_per_s = "measured"\n', "", "flops_per_s has no source; add sources.'flops_per_s'"),
        ('emulation = "a choice"\n', "", "has no source; add sources.'emulation."),
        ('= "measured"', '= " "', "sources.flops_per_s is empty; say where"),
        ('emulation = "a', 'emulatoin = "a', "unknown figure 'emulatoin'; did you mean"),
        ("title", "titel", "unknown key 'titel'; did you mean 'title'?"),
        ("system_bytes", "sistem_bytes", "did you mean 'emulation.system_bytes'?"),
        ("processor", "deployable.x = 1\nprocessor", "unknown key 'deployable.x'"),
        ("flops_per_s = 1e9", "flops_per_s = 0", "flops_per_s = 0: input should be greater"),
        ("flops_per_s = 1e9", "flops_per_s = nan", "flops_per_s"),
        ('role = "device"', 'role = "phone"', "role = 'phone': input should be 'device' or"),
        ("system_bytes = 100", "system_bytes = 101", "1001 together; the board has"),
        ("title", 'name = "other"\ntitle', "key 'name' is not written in the file; remove it"),
    ],
)
def test_a_mistake_is_one_line_with_file_key_and_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    line = mistake(tmp_path, old, new)
    assert line.startswith(f"{tmp_path / 'board.toml'}: ")
    assert said in line


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(CosplitError, match="did you mean 'raspberry-pi-3'"):
        load_profile("rasberry-pi-3")


def test_a_profile_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "board.toml").write_text(SMALL)
    profile = load_profile("board", tmp_path)
    assert (profile.name, profile.deployable) == ("board", None)
