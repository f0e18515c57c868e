"""`submission.toml`: who submits what to which task, and the operating points as data."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cosplit.errors import CosplitError, unknown
from cosplit.point import OperatingPoint, Setting
from cosplit.record.entry import Name
from cosplit.task import Task
from cosplit.toml import Section, read_toml

MANIFEST = "submission.toml"
MAX_BYTES = 64 << 10
MAX_POINTS = 12
WHOLE = "whole"
"""The split point of a method that answers on the device."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
FileName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*\.safetensors$", max_length=150)
]


class Point(Section):
    """One operating point and the file of its weights, beside the manifest.

    `designed_for` names the kind of channel that its code protects against by itself.
    """

    split_point: Annotated[str, StringConstraints(max_length=40)]
    settings: dict[Annotated[str, StringConstraints(max_length=40)], Setting] = Field(
        default_factory=dict, max_length=8
    )
    weights: FileName = "weights.safetensors"
    designed_for: Literal["awgn", "bsc"] | None = None

    @property
    def operating(self) -> OperatingPoint:
        """The point itself."""
        return OperatingPoint(self.split_point, self.settings)


class Manifest(Section):
    """The file. `share_rule` is the method's, as in `cosplit.method.Method`."""

    name: Name
    title: Line
    authors: Annotated[tuple[Line, ...], Field(min_length=1, max_length=50)]
    source: Line
    task: Name
    share_rule: Literal["uncompressed", "compressed"] = "uncompressed"
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=MAX_POINTS)]


def read_manifest(path: Path) -> Manifest:
    """The manifest in `path`.

    Raises:
        CosplitError: too large, not TOML, or a key that is missing, misspelt or out of range.
    """
    if not path.is_file():
        raise CosplitError(f"{path}: no such file; docs/submitting.md says what belongs in it")
    if path.stat().st_size > MAX_BYTES:
        raise CosplitError(f"{path}: over {MAX_BYTES} bytes; keep data in the weights")
    try:
        manifest = read_toml(Manifest, path)
    except (RecursionError, ValueError) as error:  # nested or numbered past what tomllib takes
        raise CosplitError(f"{path}: not valid TOML: {error}") from None
    _check_points(path, manifest)
    return manifest


def check_task(path: Path, manifest: Manifest, task: Task) -> None:
    """Refuse split points that the task does not have."""
    known = (*task.backbone.split_points, WHOLE)
    for point in manifest.points:
        if point.split_point not in known:
            raise CosplitError(f"{path}: {unknown('split point', point.split_point, known)}")


def _check_points(path: Path, manifest: Manifest) -> None:
    seen: dict[str, str] = {}
    for number, point in enumerate(manifest.points):
        try:
            name = point.operating.name
        except CosplitError as error:
            raise CosplitError(f"{path}: points.{number}: {error}") from None
        if name in seen:
            raise CosplitError(f"{path}: points.{number}: {name!r} stands twice; remove one")
        if point.weights in seen.values():
            raise CosplitError(
                f"{path}: points.{number}: {point.weights} is another point's; one file a point"
            )
        seen[name] = point.weights
