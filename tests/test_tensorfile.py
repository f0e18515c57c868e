"""Headers are read without trust: anything is a header, or one clear error."""

import json
import struct
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from cosplit.errors import CosplitError
from cosplit.tensorfile import (
    MAX_HEADER_BYTES,
    Header,
    dump_tensors,
    parse_header,
    read_header,
    read_tensors,
    state_digest,
    tensor_digest,
    unpack_tensors,
)

STATE = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.tensor(7), "c": torch.zeros(0)}
GOOD = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def file_of(header: object, n_bytes: int) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(n_bytes)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(dump_tensors(STATE, {"point": {"x": [1, "é"]}}))
    header = read_header(path)
    assert header.notes == {"point": {"x": [1, "é"]}}
    assert {name: info.shape for name, info in header.tensors.items()} == {
        name: tuple(value.shape) for name, value in STATE.items()
    }
    assert all(torch.equal(STATE[name], value) for name, value in read_tensors(path).items())
    assert read_tensors(path, ["b"]).keys() == {"b"}


@pytest.mark.parametrize(
    ("header", "n_bytes", "reason"),
    [
        ([], 0, "not an object"),
        (b"{", 0, "Expecting"),
        (b"\xff{}", 0, "utf-8"),
        (b'{"a":' * 100_000, 0, "recursion"),
        (b'{"a": 1, "a": 2}', 0, "twice"),
        ({"__metadata__": 3}, 0, "metadata"),
        ({"__metadata__": {"cosplit": "[]"}}, 0, "metadata"),
        ({"__metadata__": {"cosplit": 5}}, 0, "metadata"),
        ({"a": 3}, 0, "needs dtype"),
        ({"a": GOOD | {"more": 1}}, 8, "needs dtype"),
        ({"a": GOOD | {"dtype": "F99"}}, 8, "unknown type"),
        ({"a": GOOD | {"dtype": []}}, 8, "unknown type"),
        ({"a": GOOD | {"shape": [True, 2]}}, 8, "valid shape"),
        ({"a": GOOD | {"shape": [-1, -2]}}, 8, "valid shape"),
        ({"a": GOOD | {"data_offsets": [0]}}, 8, "valid offsets"),
        ({"a": GOOD | {"data_offsets": [-8, 0]}}, 8, "valid offsets"),
        ({"a": GOOD | {"shape": [10**30]}}, 8, "fill its place"),
        ({"a": GOOD | {"data_offsets": [8, 16]}}, 16, "gaps"),
        ({"a": GOOD, "b": GOOD}, 8, "overlap"),
        ({"a": GOOD}, 7, "7 bytes"),
        ({"a": GOOD}, 9, "9 bytes"),
    ],
)
def test_a_bad_header_is_one_clear_line(
    tmp_path: Path, header: object, n_bytes: int, reason: str
) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(file_of(header, n_bytes))
    with pytest.raises(CosplitError, match=rf"bad\.safetensors is no usable.*{reason}") as error:
        read_header(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"1234567", b"\xff" * 8, b"\xff" * 100])
def test_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "none.safetensors"
    path.write_bytes(content)
    with pytest.raises(CosplitError, match="longer than the file"):
        read_header(path)


def test_a_header_of_more_than_ten_megabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", MAX_HEADER_BYTES + 1))
        file.truncate(MAX_HEADER_BYTES + 100)
    with pytest.raises(CosplitError, match="longer than the file"):
        read_header(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CosplitError, match=r"cannot read .*absent\.safetensors"):
        read_header(tmp_path / "absent.safetensors")


@pytest.mark.parametrize("keep", [0, 5, 40, -1])
def test_every_truncation_is_noticed(keep: int) -> None:
    with pytest.raises(CosplitError, match="the package is no usable"):
        unpack_tensors(dump_tensors(STATE, {})[:keep], "the package")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 100))
def test_any_bytes_are_a_header_or_refused(text: bytes, n_bytes: int) -> None:
    _parse(text, n_bytes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
ITEM = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "BF16", "U8", "F99"]) | JSON,
        "shape": st.lists(st.integers(0, 4), max_size=3) | JSON,
        "data_offsets": st.lists(st.integers(0, 64), min_size=2, max_size=2) | JSON,
    }
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["a", "b", "__metadata__"]), ITEM | JSON), st.integers(0, 64)
)
def test_any_json_is_a_header_or_refused(content: dict[str, object], n_bytes: int) -> None:
    header = _parse(json.dumps(content).encode(), n_bytes)
    if header:
        assert all(0 <= t.start <= t.stop <= n_bytes for t in header.tensors.values())


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_one_altered_byte_is_a_header_or_refused(data: st.DataObject) -> None:
    content = bytearray(save(STATE))
    length = int.from_bytes(content[:8], "little")
    place = data.draw(st.integers(8, 7 + length))
    content[place] = data.draw(st.integers(0, 255))
    _parse(bytes(content[8 : 8 + length]), len(content) - 8 - length)


def _parse(text: bytes, n_bytes: int) -> Header | None:
    try:
        return parse_header(text, n_bytes)
    except (ValueError, RecursionError):
        return None


def test_a_digest_is_of_the_content_not_the_layout() -> None:
    images = torch.rand(2, 3, 4, 4)
    laid_out = images.contiguous(memory_format=torch.channels_last)
    assert tensor_digest(images) == tensor_digest(laid_out)
    assert tensor_digest(images) != tensor_digest(images.reshape(2, 48))
    assert tensor_digest(torch.zeros(2)) != tensor_digest(torch.zeros(2, dtype=torch.int32))
    assert state_digest({"a": images, "b": STATE["b"]}) == state_digest(
        {"b": STATE["b"], "a": laid_out}
    )
    assert state_digest({"a": images}) != state_digest({"b": images})


def test_headers_are_read_without_torch(tmp_path: Path) -> None:
    import subprocess

    path = tmp_path / "a.safetensors"
    path.write_bytes(dump_tensors(STATE, {"x": 1}))
    script = (
        "import sys; from pathlib import Path; from cosplit.tensorfile import read_header;"
        "print(read_header(Path(sys.argv[1])).notes, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "{'x': 1} False\n"
