"""A submission's folder: every file known, confined and bounded; no code is imported.

my_method/ submission.toml  method.py  weights.safetensors (or one file a point)
           and, kept but never run: train.py  README.md
"""

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cosplit.errors import CosplitError
from cosplit.files import sha256
from cosplit.point import OperatingPoint
from cosplit.record.entry import confined
from cosplit.submission.manifest import MANIFEST, Manifest, read_manifest
from cosplit.submission.weights import whole_notes
from cosplit.tensorfile import damaged

METHOD = "method.py"
EXTRAS = ("train.py", "README.md")
MAX_CODE_BYTES = 256 << 10
MAX_WEIGHT_BYTES = 25 << 20
MAX_TOTAL_BYTES = 120 << 20


@dataclass(frozen=True)
class Submission:
    """A checked submission. `code` is method.py's text, `weights` a file by point name."""

    folder: Path
    manifest: Manifest
    code: str
    weights: Mapping[str, Path]

    @property
    def points(self) -> list[OperatingPoint]:
        """Its operating points in the order of the manifest."""
        return [point.operating for point in self.manifest.points]

    @property
    def code_digest(self) -> str:
        """SHA-256 of manifest and code: what is frozen when it is submitted."""
        digest = hashlib.sha256((self.folder / MANIFEST).read_bytes())
        digest.update(self.code.encode())
        return digest.hexdigest()

    def digest(self) -> str:
        """SHA-256 of everything that is judged, weights included."""
        digest = hashlib.sha256(self.code_digest.encode())
        for name in sorted(self.weights):
            digest.update(sha256(self.weights[name]).encode())
        return digest.hexdigest()


def read_submission(folder: Path) -> Submission:
    """The submission in `folder`.

    Raises:
        CosplitError: a file that is missing, unknown, too large, damaged or leads elsewhere.
    """
    if not folder.is_dir():
        raise CosplitError(f"{folder}: no such folder; name a submission's")
    manifest = read_manifest(confined(folder, MANIFEST))
    weights = {p.operating.name: confined(folder, p.weights) for p in manifest.points}
    checked = submission(folder, manifest, weights)
    _refuse_unknown(folder, {MANIFEST, METHOD, *EXTRAS, *(p.weights for p in manifest.points)})
    return checked


def submission(folder: Path, manifest: Manifest, weights: Mapping[str, Path]) -> Submission:
    """A submission of code in `folder` and `weights` by point name, both checked."""
    code = read_code(confined(folder, METHOD))
    for point in manifest.points:
        _check_weights(weights[point.operating.name], manifest.name, point.operating)
    total = sum(path.stat().st_size for path in weights.values())
    if total > MAX_TOTAL_BYTES:
        raise CosplitError(f"{folder}: {total} bytes of weights; at most {MAX_TOTAL_BYTES}")
    return Submission(folder, manifest, code, weights)


def read_code(path: Path) -> str:
    """The text of a method's file, parsed but never run.

    Raises:
        CosplitError: missing, too large, no Python, or not one public subclass of Method.
    """
    try:
        if path.stat().st_size > MAX_CODE_BYTES:
            raise CosplitError(f"{path}: over {MAX_CODE_BYTES} bytes; tables belong in the weights")
        text = path.read_bytes().decode()
        tree = ast.parse(text)
    except OSError as error:
        raise CosplitError(f"{path}: {error.strerror}; add it") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CosplitError(f"{path}: not Python: {' '.join(str(error).split())[:200]}") from None
    found = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and _is_method(node)]
    if len(found) != 1:
        raise CosplitError(f"{path}: {len(found)} public subclasses of Method; write exactly one")
    return text


def _is_method(node: ast.ClassDef) -> bool:
    bases = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
             for base in node.bases}  # fmt: skip
    return "Method" in bases and not node.name.startswith("_")


def _refuse_unknown(folder: Path, known: set[str]) -> None:
    for path in sorted(folder.iterdir()):
        if path.name not in known and path.name != "__pycache__" and path.name[0] != ".":
            raise CosplitError(f"{path}: not part of a submission; remove it")


def _check_weights(path: Path, method: str, point: OperatingPoint) -> None:
    if not path.is_file():
        raise CosplitError(f"{path}: no such file; write it with cosplit.submission.write_weights")
    if path.stat().st_size > MAX_WEIGHT_BYTES:
        raise CosplitError(f"{path}: over {MAX_WEIGHT_BYTES} bytes; store fewer or smaller tensors")
    notes = whole_notes(path)
    if not isinstance(notes.get("config"), dict):
        raise damaged(path, "it names no config; write it with cosplit.submission.write_weights")
    if notes.get("method") != method:
        raise damaged(path, f"it is of the method {notes.get('method')!r}, not {method!r}"[:120])
    try:
        named = OperatingPoint.from_json(notes.get("point") or {}).name
    except CosplitError:
        named = ""
    if named != point.name:
        raise damaged(path, f"it is of the point {named[:60]!r}, not {point.name!r}")
