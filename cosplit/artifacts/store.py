"""The artifacts of all tasks: `<root>/<task>/<method>/<point>.safetensors`, and each base.

Models that another seed than 0 trained lie in `<method>.seed<n>/`: no method's name has a dot, and
file stems stay names of points.

Point and config lie in the header, so that what exists is known without torch; parameters and
normalisation statistics are stored in bfloat16, code tables exactly.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cosplit.artifacts.sharing import read_shared, write_shared
from cosplit.artifacts.weights import for_storage, put
from cosplit.errors import CosplitError, unknown
from cosplit.point import OperatingPoint
from cosplit.seeds import seeded
from cosplit.tensorfile import damaged, dump_tensors, read_header, unpack_tensors

if TYPE_CHECKING:
    from torch import nn

    from cosplit.method import Method
    from cosplit.split import SplitModel
    from cosplit.task import Task

Half = Literal["device", "server"]
OTHERS = {
    None: (),
    "device": ("server.", "codec.decoder."),
    "server": ("device.", "codec.encoder."),
}
"""The tensors that a half does without."""
_FOLDER = re.compile(r"(\w+)(?:\.seed([1-9]\d{0,17}))?")


def shared_folder(cache: Path, task: "Task") -> Path:
    """Where networks that several points begin with are kept until they are published."""
    return cache / "shared" / task.name


class ArtifactStore:
    """The models of one seed under a folder. Everything written appears whole or not at all.

    Where files do not `share` tensors, each can be deleted without a thought for the others.
    """

    def __init__(self, root: Path, seed: int = 0, *, share: bool = True) -> None:
        self.root = root
        self.seed = seed
        self.share = share

    def folder(self, task: "Task", method_name: str) -> Path:
        """Where a method's models of this seed lie, or would."""
        name = f"{method_name}.seed{self.seed}" if self.seed else method_name
        return self.root / task.name / name

    def seeds(self, task: "Task", method_name: str) -> list[int]:
        """Every seed that has a saved model of the method, ascending."""
        folders = {path.parent.name for path in (self.root / task.name).glob("*/*.safetensors")}
        named = filter(None, map(_FOLDER.fullmatch, folders))
        return sorted(int(match[2] or 0) for match in named if match[1] == method_name)

    def path(self, task: "Task", method_name: str, point: OperatingPoint) -> Path:
        """Where a point's model lies, or would."""
        return self.folder(task, method_name) / f"{point.name}.safetensors"

    def base_path(self, task: "Task") -> Path:
        """Where the task's original network lies, or would."""
        return self.root / task.name / "base.safetensors"

    def save(
        self,
        task: "Task",
        method_name: str,
        point: OperatingPoint,
        model: "SplitModel",
        extra: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write a trained model; `extra` (JSON: accuracies, provenance) goes to the header.

        Raises:
            CosplitError: a weight is not finite, or the file cannot be written.
        """
        path = self.path(task, method_name, point)
        notes = {
            "task": task.name,
            "method": method_name,
            "point": point.to_json(),
            "config": model.config,
            "extra": dict(extra or {}),
        }
        write_shared(self.root / task.name, path, for_storage(model), notes, self.share)
        return path

    def points(self, task: "Task", method_name: str) -> list[OperatingPoint]:
        """The points that have been saved, by name; reads headers only, and no torch."""
        files = sorted(self.folder(task, method_name).glob("*.safetensors"))
        return [_point(path, _notes(path)) for path in files]

    def notes(self, task: "Task", method_name: str, point: OperatingPoint) -> Mapping[str, Any]:
        """A saved point's header: `config`, `extra`, `digests`, `references`; without torch.

        Raises:
            CosplitError: it has not been saved (names the nearest that has), or is damaged.
        """
        path = self.path(task, method_name, point)
        if not path.is_file():
            known = (p.name for p in self.points(task, method_name))
            raise unknown(f"saved point of {method_name}", point.name, known)
        return _notes(path)

    def load(
        self, task: "Task", method: "Method", point: OperatingPoint, half: Half | None = None
    ) -> "SplitModel":
        """A saved model in float32 and evaluation mode; one half alone has `nn.Identity` for
        what the other has.

        Raises:
            CosplitError: not saved, damaged, altered, or not what `method` builds.
        """
        data = self.pack(task, method.name, point, half)
        return unpack(data, task, method, str(self.path(task, method.name, point)))

    def pack(
        self, task: "Task", method_name: str, point: OperatingPoint, half: Half | None = None
    ) -> bytes:
        """One half of a saved model as a file of its own, for a container; see `unpack`."""
        notes = self.notes(task, method_name, point)
        path = self.path(task, method_name, point)
        absent = OTHERS[half]
        tensors = read_shared(path.parent.parent, path, lambda name: not name.startswith(absent))
        kept = {key: notes.get(key) for key in ("task", "method", "point", "config")}
        return dump_tensors(tensors, {**kept, "half": half})

    def save_base(
        self, task: "Task", model: "nn.Module", extra: Mapping[str, Any] | None = None
    ) -> Path:
        """Write the task's original network."""
        notes = {"task": task.name, "extra": dict(extra or {})}
        path = self.base_path(task)
        write_shared(self.root / task.name, path, for_storage(model), notes, self.share)
        return path

    def load_base(self, task: "Task") -> "nn.Module":
        """The task's original network in float32 and evaluation mode."""
        return read_base(self.base_path(task), task)


def read_base(path: Path, task: "Task") -> "nn.Module":
    """The original network from any file that `ArtifactStore.save_base` wrote.

    Raises:
        CosplitError: it is missing, damaged, or of another architecture than the task names.
    """
    from cosplit.backbones import build_backbone

    with seeded(0, "weights to be replaced"):
        model = build_backbone(task)
    put(model, read_shared(path.parent, path), str(path))
    return model.eval()


def unpack(
    data: bytes, task: "Task", method: "Method", source: str = "the package"
) -> "SplitModel":
    """The model, or the half of one, that `ArtifactStore.pack` packed.

    Raises:
        CosplitError: it is damaged, or not what `method` builds.
    """
    from torch import nn

    notes, tensors = unpack_tensors(data, source)
    point, config, half = _point(source, notes), notes.get("config"), notes.get("half")
    if not isinstance(config, dict) or half not in OTHERS:
        raise damaged(source, "it names no config or half")
    with seeded(0, "weights to be replaced"):
        model = method.build(task, point, config)
    if half == "device":
        model.server = model.codec.decoder = nn.Identity()
    elif half == "server":
        model.device = model.codec.encoder = nn.Identity()
    put(model, tensors, source)
    return model.eval()


def _notes(path: Path) -> Mapping[str, Any]:
    notes = read_header(path).notes
    if _point(path, notes).name != path.stem:
        raise damaged(path, "it holds another operating point than its name says")
    return notes


def _point(source: Path | str, notes: Mapping[str, Any]) -> OperatingPoint:
    try:
        return OperatingPoint.from_json(notes["point"])
    except (KeyError, TypeError, ValueError, CosplitError):
        raise damaged(source, "it names no operating point") from None
