"""Entries: strict reading, confinement, and a published schema that is the code's."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cosplit.errors import CosplitError
from cosplit.record.entry import (
    MAX_BYTES,
    MAX_MISSING,
    Artifact,
    Entry,
    confined,
    entry_path,
    json_schema,
    read_entry,
    write_entry,
)
from cosplit.record.provenance import provenance

PUBLISHED = Path(__file__).parents[2] / "leaderboard" / "entry.schema.json"


def test_an_entry_survives_writing_and_reading(tmp_path, make_entry):
    entry = make_entry("ours")
    path = write_entry(tmp_path, entry)
    assert path == tmp_path / "entries" / "cifar10" / "ours.json"
    assert read_entry(path) == entry


def test_a_reproduction_lies_beside_the_report(tmp_path, make_entry):
    reported, again = make_entry("ours"), make_entry("ours", status="reproduced")
    assert entry_path(tmp_path, again).name == "ours.reproduced.json"
    assert entry_path(tmp_path, again) != entry_path(tmp_path, reported)


@pytest.mark.parametrize(("n", "named"), [(3, 3), (MAX_MISSING, MAX_MISSING), (MAX_MISSING + 1, 0)])
def test_missing_images_are_named_while_they_are_few(n, named):
    data = provenance("d", 1, 0.0, missing=range(n)).data
    assert data.missing == tuple(range(named))


def test_the_published_schema_is_in_step():
    published = json.loads(PUBLISHED.read_text())
    assert published == json_schema(), "run: cosplit check --schema > leaderboard/entry.schema.json"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": NaN}', "NaN is not a number"),
        ('{"a": -Infinity}', "not a number"),
        ('{"a": 1e999}', "not finite"),
        (f'{{"a": {"9" * 5000}}}', "too large"),
        ("[" * 100_000, "nested deeper"),
        ('{"a":' * 50 + "1" + "}" * 50, "nested deeper"),
        ('"' + "[" * 100_000, "not strict JSON"),
        ("", "not strict JSON"),
        ("[]", "the file = []: input should be an object"),
        ("\xff", "not strict JSON"),
        ('{"status": "audited"}', "missing; add it"),
    ],
)
def test_bad_json_is_one_line_that_names_the_file(tmp_path, text, says):
    path = tmp_path / "bad.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(CosplitError) as caught:
        read_entry(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_brackets_inside_strings_are_no_depth(tmp_path, make_entry):
    entry = make_entry("ours")
    loud = entry.model_copy(
        update={"method": entry.method.model_copy(update={"title": '[[\\"{' * 60})}
    )
    assert read_entry(write_entry(tmp_path, loud)) == loud


def test_a_huge_file_is_not_parsed(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(CosplitError, match="over 16777216 bytes"):
        read_entry(path)


@pytest.mark.parametrize("key", ["points.0.accuracy", "method.name", "provenance.data.n", "status"])
@pytest.mark.parametrize("value", [None, "0.93", [], {"deep": [1]}, -1, "a\nb"])
def test_a_wrong_value_names_its_field(tmp_path, make_entry, key, value):
    data = json.loads(make_entry("ours").model_dump_json(by_alias=True))
    *way, last = key.split(".")
    place = data
    for part in way:
        place = place[int(part) if part.isdigit() else part]
    if (key, value) == ("points.0.accuracy", None):
        pytest.skip("a failed row has no accuracy")
    place[last] = value
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(data))
    with pytest.raises(CosplitError, match=key) as caught:
        read_entry(path)
    assert "\n" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=60) | json_values.map(lambda v: json.dumps(v).encode()))
def test_no_bytes_at_all_give_a_traceback(tmp_path, data):
    path = tmp_path / "fuzz.json"
    path.write_bytes(data)
    with pytest.raises(CosplitError):
        read_entry(path)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(key=st.sampled_from(sorted(Entry.model_json_schema()["properties"])), value=json_values)
def test_any_value_in_any_field_reads_or_is_refused(tmp_path, make_entry, key, value):
    data = json.loads(make_entry("ours").model_dump_json(by_alias=True)) | {key: value}
    path = tmp_path / "fuzz.json"
    path.write_text(json.dumps(data))
    with contextlib.suppress(CosplitError):
        assert isinstance(read_entry(path), Entry)


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../b", "a//b", ".hidden", "a\\..\\b", "", "a/./b", "a\n"]
)
def test_paths_of_artifacts_stay_inside(tmp_path, path):
    with pytest.raises(ValueError, match="path"):
        Artifact(path=path, sha256="a" * 64, bytes=1)
    if path not in (".hidden", "a\n"):
        with pytest.raises(CosplitError, match="path"):
            confined(tmp_path, path)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "out")
    with pytest.raises(CosplitError, match="leads out"):
        confined(tmp_path / "root", "link/file")
