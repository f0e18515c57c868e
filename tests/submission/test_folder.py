"""A folder from a stranger: every mistake is one line, and nothing of it is run."""

import json
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cosplit.errors import CosplitError
from cosplit.submission.folder import MAX_CODE_BYTES, read_submission
from cosplit.submission.manifest import read_manifest
from cosplit.submission.weights import pack_half
from cosplit.tensorfile import dump_tensors, read_header, read_tensors

WEIGHTS = "weights.safetensors"
BOMB = "import os\nos.write(2, b'ran')\nraise SystemExit('it ran')\n"


@pytest.fixture
def folder(make):
    return make()


def edit(folder, before, after, file="submission.toml"):
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after))


def test_a_sound_folder_is_read(folder):
    given = read_submission(folder)
    assert [point.name for point in given.points] == ["conv2_x-bits32"]
    assert given.weights["conv2_x-bits32"].name == "weights.safetensors"


def test_no_code_is_run(folder):
    (folder / "method.py").write_text(BOMB + (folder / "method.py").read_text())
    read_submission(folder)


def test_the_digest_covers_code_manifest_and_weights(folder):
    seen = {read_submission(folder).digest()}
    edit(folder, "A test's method", "Another title")
    seen.add(read_submission(folder).digest())
    edit(folder, "honest", "Honest", "method.py")
    seen.add(read_submission(folder).digest())
    path = folder / "weights.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    seen.add(read_submission(folder).digest())
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('name = "newcomer"', 'name = "../up"', "name"),
        ('name = "newcomer"', 'name = "New"', "name"),
        ('name = "newcomer"', 'name = "newcomer"\nnmae = "x"', "nmae"),
        ('title = "A test\'s method"', "", "title"),
        ("settings = { bits = 32 }", 'weights = "../weights.safetensors"', "weights"),
        ("settings = { bits = 32 }", 'weights = "other.safetensors"', "no such file"),
        ("settings = { bits = 32 }", "settings = { bits = 33 }", "of the point"),
        ("settings = { bits = 32 }", 'settings = { code = "a/b" }', "letters, digits"),
        ('[[points]]\nsplit_point = "conv2_x"', 'points = [{split_point = "a"}]\nx="', "TOML"),
        ("[[points]]", "a = " + "[" * 5000, "TOML"),
        ("[[points]]", "a = " + "9" * 5000, "TOML"),
        ("[[points]]", "#" * (1 << 16) + "\n[[points]]", "bytes"),
    ],
)  # fmt: skip
def test_mistakes_in_the_manifest_name_the_file(folder, before, after, words):
    edit(folder, before, after)
    with pytest.raises(CosplitError, match=words) as error:
        read_submission(folder)
    assert str(folder) in str(error.value)
    assert "\n" not in str(error.value)


def test_two_points_of_one_name_and_of_one_file(folder):
    text = (folder / "submission.toml").read_text()
    point = text[text.index("[[points]]") :]
    (folder / "submission.toml").write_text(text + point)
    with pytest.raises(CosplitError, match="stands twice"):
        read_submission(folder)
    (folder / "submission.toml").write_text(text + point.replace("32", "31"))
    with pytest.raises(CosplitError, match="one file a point"):
        read_submission(folder)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x = (", "not Python"),
        ("x = 1\0", "not Python"),
        ("(" * 2000, "not Python"),
        ("x = 1", "0 public subclasses"),
        ("class A(Method): ...\nclass B(Method): ...", "2 public subclasses"),
        ("#" * (MAX_CODE_BYTES + 1), "bytes"),
    ],
)
def test_code_that_is_no_method(folder, code, words):
    (folder / "method.py").write_text(code)
    with pytest.raises(CosplitError, match=words):
        read_submission(folder)


@pytest.mark.parametrize("name", ["weights.pt", "run.sh", "data"])
def test_what_does_not_belong_is_refused(folder, name):
    (folder / name).write_text("")
    with pytest.raises(CosplitError, match="not part of a submission"):
        read_submission(folder)


@pytest.mark.parametrize("name", ["method.py", "weights.safetensors", "submission.toml"])
def test_a_link_that_leads_out_is_refused(folder, tmp_path, name):
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(CosplitError, match="leads out"):
        read_submission(folder)


def test_weights_of_another_method(folder, make):
    other = make(name="another")
    (other / "weights.safetensors").rename(folder / "weights.safetensors")
    with pytest.raises(CosplitError, match="of the method 'another'"):
        read_submission(folder)


@given(data=st.binary(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_as_manifest_are_one_line(tmp_path, data):
    path = tmp_path / "submission.toml"
    path.write_bytes(data)
    with pytest.raises(CosplitError):
        read_manifest(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("load", [read_submission, lambda at: pack_half(at / WEIGHTS, "device")])
@pytest.mark.parametrize("file", ["../three_step/conv4_x.safetensors", "base.safetensors"])
def test_weights_that_refer_to_another_file_are_refused(folder, load, file):
    """To one of another method least of all: whose weights are they?"""
    path = folder / WEIGHTS
    notes = read_header(path).notes
    references = {"server.0.weight": [file, "server.0.weight", "0" * 64]}
    path.write_bytes(dump_tensors(read_tensors(path), {**notes, "references": references}))
    with pytest.raises(CosplitError, match=f"it refers to another: .*{file}") as told:
        load(folder)
    assert len(str(told.value).splitlines()) == 1


@given(notes=st.dictionaries(st.sampled_from(["method", "point", "config", "references"]), JSON))
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # on a busy machine
def test_any_header_of_weights_is_one_line(folder, notes):
    header = json.dumps({"__metadata__": {"cosplit": json.dumps(notes)}}).encode()
    content = struct.pack("<Q", len(header)) + header
    (folder / "weights.safetensors").write_bytes(content)
    with pytest.raises(CosplitError):
        read_submission(folder)
