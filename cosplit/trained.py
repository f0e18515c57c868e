"""Trained models: found where one has been saved, else fitted on the spot where that is quick.

method, point --leaderboard's artifacts, then the cache--> file --load--> SplitModel
              --fit (training and validation images only)--> file in the cache
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cosplit import catalogue
from cosplit.artifacts import ArtifactStore
from cosplit.channel import Channel
from cosplit.data import load
from cosplit.errors import CosplitError
from cosplit.files import cache_dir, write_atomic
from cosplit.measure.version import code_digest
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.resources import artifacts
from cosplit.seeds import derive
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.split import SplitModel
    from cosplit.training.progress import Say
    from cosplit.training.trainer import LocalTrainer

NOISELESS = "noiseless"
LATE = ("conv4_x", "conv5_x")
"""Split points where the device may know the answer already."""


class NotTrained(CosplitError):
    """A point of a task that is not trained on the spot has no saved model."""


@dataclass(frozen=True)
class Trained:
    """A saved model in float32. `digest` names its tensors and config; `extra` is what was
    noted about it when it was trained."""

    model: "SplitModel"
    digest: str
    extra: dict[str, Any]


@dataclass
class TrainedModels:
    """The models of one task and seed, searched in `artifacts` and then in the cache.

    Training is what a seed varies: all seeds start from the task's one base network.
    Only a task that is not ranked is trained on the spot; its models are kept apart by the code
    that made them, so that an edited method is trained anew.
    """

    task: Task
    data: Path | None = None
    seed: int = 0
    artifacts: Sequence[Path] = field(default_factory=artifacts)
    cache: Path = field(default_factory=cache_dir)
    extra: Path | None = None
    progress: "bool | Say" = True

    def get(self, method: Method, point: OperatingPoint) -> Trained:
        """The point's model, fitted now if it has to and may be.

        Raises:
            NotTrained: there is none, and the task is not trained on the spot.
            CosplitError: its file is damaged, or not what `method` builds.
        """
        store = self.find(method, point)
        if store is None:
            if self.task.ranked:
                raise NotTrained(
                    f"{method.name} {point.name} is not trained; {self._remedy(method)}"
                )
            store = self.fit(method, point)
        return self._load(store, method, point)

    def _remedy(self, method: Method) -> str:
        seeded = f" --seed {self.seed}" if self.seed else ""
        train = f"`cosplit train {self.task.name} --method {method.name}{seeded}`"
        if any((root / self.task.name).is_dir() for root in self.artifacts):
            return f"run {train}"
        fetch = f"`cosplit weights fetch {self.task.name} --from URL|FOLDER`"
        return f"run {fetch} for the published weights, or {train}"

    def find(self, method: Method, point: OperatingPoint) -> ArtifactStore | None:
        """The first store that has the point, trained with this seed."""
        published = (ArtifactStore(root, self.seed) for root in self.artifacts)
        for store in (*published, self.store(method)):
            if store.path(self.task, method.name, point).is_file():
                return store
        return None

    def store(self, method: Method) -> ArtifactStore:
        """Where `fit` saves."""
        root = self.cache / "trained"
        made_by = "" if self.task.ranked else self.code(method)[:16]
        return ArtifactStore(root / made_by / f"seed{self.seed}", share=False)

    def code(self, method: Method) -> str:
        """Names the code that makes a model of `method`, and scores it."""
        return code_digest(method, extra=self.extra)

    def fit(self, method: Method, point: OperatingPoint) -> ArtifactStore:
        """Train a point, save it, and note beside it how the saved model does on validation."""
        trainer = self.trainer if self.task.ranked else self.trainer.apart(self.code(method)[:16])
        store, fitted = self.store(method), method.fit(self.task, point, trainer)
        with TemporaryDirectory(prefix="cosplit-") as scratch:  # no file without its notes
            draft = ArtifactStore(Path(scratch))
            draft.save(self.task, method.name, point, fitted)
            saved = self._load(draft, method, point).model
        notes = {
            "seed": self.seed,
            "validation_accuracy": self._validate(method, point, saved),
            "head_accuracy": self._head(point, saved),
        }
        store.save(self.task, method.name, point, saved, notes)
        return store

    def channels(
        self, method: Method, point: OperatingPoint, designed_for: str | None
    ) -> list[Channel]:
        """The channels a point has rows over: noiseless and every grid, or its own kind's grid."""
        grid = [
            channel
            for channel in self.grid()
            if designed_for in (None, channel.kind)
            and method.declines(self.task, channel, point) is None
        ]
        return grid if designed_for else [catalogue.channel(NOISELESS, self.extra), *grid]

    @cached_property
    def trainer(self) -> "LocalTrainer":
        """Training and validation images, and nothing else: what a method is given."""
        from cosplit.training.trainer import LocalTrainer

        by_code = self.cache / "training" / code_digest()[:16]  # edited code trains anew
        bases = (ArtifactStore(root).base_path(self.task) for root in self.artifacts)
        return LocalTrainer(
            self.task,
            load(self.task, "train", self.data),
            load(self.task, "validation", self.data),
            self.cache if self.task.ranked else by_code,
            seed=self.seed,
            base_file=next((base for base in bases if base.is_file()), None),
            progress=self.progress,
        )

    def _load(self, store: ArtifactStore, method: Method, point: OperatingPoint) -> Trained:
        from cosplit.tensorfile import state_digest

        model = store.load(self.task, method, point).float()
        named = json.dumps([state_digest(model.state_dict()), model.config], sort_keys=True)
        extra = store.notes(self.task, method.name, point).get("extra", {})
        return Trained(model, hashlib.sha256(named.encode()).hexdigest(), dict(extra))

    def _validate(
        self, method: Method, point: OperatingPoint, model: "SplitModel"
    ) -> dict[str, float]:
        """Accuracy on the validation images, by channel."""
        from cosplit.measure.score import score

        channels = self.channels(method, point, model.codec.designed_for)
        run_over = channels if model.codec.designed_for else channels[:1]
        seed = derive(self.seed, "validation")
        seen = score(model, self.trainer.validation, run_over, seed=seed)
        return {o.channel: float(o.correct.mean()) for o in seen if o.outcome == "ok"}

    def _head(self, point: OperatingPoint, model: "SplitModel") -> float | None:
        """Validation accuracy of a linear classifier on the late features, which could end it;
        fitted once for all points that have the same device half."""
        from cosplit.tensorfile import state_digest
        from cosplit.training.head import fit_head

        if point.split_point not in LATE:
            return None
        device = state_digest(model.device.state_dict())
        noted = self.cache / "heads" / self.task.name / f"{device}-{self.trainer.train.digest}.json"
        if not noted.is_file():
            write_atomic(
                noted, json.dumps(fit_head(self.trainer, model.device).validation_accuracy)
            )
        return float(json.loads(noted.read_text()))

    def grid(self) -> Iterator[Channel]:
        """The task's noisy channels, kind by kind."""
        for section, levels in self.task.channels:  # awgn_snr_db -> awgn0, awgn5, ...
            kind = section.partition("_")[0]
            for level in levels:
                yield catalogue.channel(f"{kind}{level:g}", self.extra)
