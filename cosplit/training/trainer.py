"""The training loop of every method: stages that are made once, resumed, averaged and cached."""

import copy
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import Tensor, nn

from cosplit.artifacts import read_base
from cosplit.artifacts.sharing import read_shared, write_shared
from cosplit.artifacts.store import shared_folder
from cosplit.artifacts.weights import for_storage, put
from cosplit.errors import CosplitError
from cosplit.files import write_atomic
from cosplit.method import Loss, Teacher
from cosplit.recipe import Recipe
from cosplit.seeds import torch_generator
from cosplit.task import Task
from cosplit.tensorfile import dump_tensors, read_header, read_tensors, state_digest
from cosplit.training.base import train_base
from cosplit.training.batches import Batches
from cosplit.training.precision import autocast
from cosplit.training.progress import Reporter, Say
from cosplit.training.recalibrate import recalibrate
from cosplit.training.run import Run
from cosplit.training.teacher import Answers

if TYPE_CHECKING:
    from cosplit.data import ImageSet

M = TypeVar("M", bound=nn.Module)
EVALUATION_BATCH = 250


class LocalTrainer:
    """Trains on this machine. It is given training and validation images, and no others.

    Finished stages lie in `<cache>/stages/<task>/`, named by their key and a digest of all
    they depend on: recipe, seed, entry weights, data and augmentation (the loss is named by
    the key). A checkpoint lies beside them while a stage is under way.
    """

    def __init__(
        self,
        task: Task,
        train: "ImageSet",
        validation: "ImageSet",
        cache: Path,
        seed: int = 0,
        *,
        base_file: Path | None = None,
        progress: bool | Say = True,
    ) -> None:
        self.task = task
        self.seed = seed
        self.train = train
        self.validation = validation
        self._folder = cache / "stages" / task.name
        self._answers = cache / "answers" / task.name
        self._shared = shared_folder(cache, task)
        self.base_file = base_file if base_file and base_file.exists() else None
        self._progress = progress
        self._whole = self

    def apart(self, name: str) -> "LocalTrainer":
        """The same with a folder `name` of its own for stages; the base and its answers are
        this one's. A stage does not know the code of its model: whoever edits it trains anew."""
        other = copy.copy(self)
        other._folder, other._whole = self._folder / name, self
        return other

    def base(self) -> nn.Module:
        """The task's original network, a fresh copy in evaluation mode: `base_file` if it is
        there, else trained on the spot."""
        return copy.deepcopy(self._whole._base)

    @cached_property
    def _base(self) -> nn.Module:
        if self.base_file:
            return read_base(self.base_file, self.task)
        return train_base(self)

    def teacher(self) -> Teacher:
        """The base's logits for training batches; kept in `<cache>/answers/<task>/`."""
        return self._whole._teacher

    @cached_property
    def _teacher(self) -> Answers:
        return Answers(self.base(), self._batches(EVALUATION_BATCH), self._answers)

    def shared(
        self, key: str, recipes: Sequence[Recipe], build: Callable[[], M], make: Callable[[], M]
    ) -> M:
        """A network that several points begin with, as it is stored beside the base or in
        `<cache>/shared/<task>/`, in evaluation mode; made and stored there where it is not.

        Its file is named by `key` and a digest of the base, `recipes` and the seed. Every seed
        takes the one that is published.
        """
        path = self.shared_file(key, recipes)
        if not path.exists():
            notes = {"task": self.task.name, "recipes": [recipe.to_json() for recipe in recipes]}
            write_shared(path.parent, path, for_storage(make()), notes)
        model = build()
        put(model, read_shared(path.parent, path), str(path))
        return model.eval()

    def shared_file(self, key: str, recipes: Sequence[Recipe]) -> Path:
        """Where a shared network is stored, or would be."""
        ranked = self._shared_name(key, recipes, seed=0)
        published = self.base_file and self.base_file.with_name(ranked)
        if published and published.exists():
            return published
        return self._shared / self._shared_name(key, recipes, self.seed)

    def _shared_name(self, key: str, recipes: Sequence[Recipe], seed: int) -> str:
        made_by: list[object] = [state_digest(self._whole._base.state_dict())]
        made_by += [[r.to_json() for r in recipes], *([seed] if seed else [])]
        digest = hashlib.sha256(json.dumps(made_by).encode()).hexdigest()
        return f"{_file_part(key)}-{digest[:8]}.safetensors"

    def stage(
        self,
        key: str,
        model: M,
        recipe: Recipe,
        loss: Loss,
        after_step: Callable[[], None] | None = None,
    ) -> M:
        """Train `model` in place and return it, its weights averaged, in evaluation mode.

        Raises:
            CosplitError: the loss is not finite, the disk is full (the last checkpoint is
                kept), or the cached stage is damaged.
        """
        finished = self._folder / f"{self._stage_name(key, model, recipe)}.safetensors"
        if not finished.exists():
            run = Run(key, model, recipe, self._batches(recipe.batch_size), self.seed)
            self._train(run, loss, after_step, finished)
        try:
            model.load_state_dict(read_tensors(finished))
        except RuntimeError:
            raise CosplitError(f"{finished} holds other tensors than {key!r}; remove it") from None
        return model.to(memory_format=torch.contiguous_format).eval()

    def _train(
        self, run: Run, loss: Loss, after_step: Callable[[], None] | None, finished: Path
    ) -> None:
        checkpoint = finished.with_suffix(".checkpoint")
        if checkpoint.exists():
            run.restore(checkpoint)
        with Reporter(run.key, run.steps, self._progress) as reporter:
            while not run.done:
                mean = run.train_epoch(loss, after_step, reporter.step)
                reporter.epoch(run.epoch, run.step / run.steps, mean)
                if not run.done:
                    run.save(checkpoint)
        notes = self._origin(run.key, run.recipe)
        write_atomic(finished, dump_tensors(run.average.state, notes))
        # a killed process leaves its half-written files beside the checkpoint
        for leftover in (checkpoint, *self._folder.glob(f".{finished.stem}.*")):
            leftover.unlink(missing_ok=True)

    def _stage_name(self, key: str, model: nn.Module, recipe: Recipe) -> str:
        training = self.task.training
        parts = {
            "key": key,
            "recipe": recipe.to_json(),
            "seed": self.seed,
            "entry": state_digest(model.state_dict()),
            "trained": [name for name, p in model.named_parameters() if p.requires_grad],
            "data": [self.task.name, self.train.digest, training.crop_padding, training.flip],
        }
        digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        return f"{_file_part(key)}-{digest[:12]}"

    def made_before(self, key: str, recipe: Recipe) -> bool:
        """Whether a finished stage notes this origin: for a plan, which has no entry weights to
        name the very file."""
        origin = self._origin(key, recipe)
        found = self._folder.glob(f"{_file_part(key)}-*.safetensors")
        return any(read_header(path).notes == origin for path in found)

    def _origin(self, key: str, recipe: Recipe) -> dict[str, Any]:
        # the base stands for the entry weights: all else that made them has keys of its own
        base = self.base_file and hashlib.sha256(self.base_file.read_bytes()).hexdigest()
        seen = {"data": self.train.digest, "base": base}
        return {"key": key, "recipe": recipe.to_json(), "seed": self.seed, **seen}

    def _batches(self, batch_size: int) -> Batches:
        training = self.task.training
        return Batches(
            torch.from_numpy(self.train.images),
            torch.from_numpy(self.train.labels),
            batch_size,
            training.crop_padding,
            training.flip,
        )

    def base_accuracy(self) -> float:
        """The base's share of right validation images, looked at once."""
        return self._whole._base_accuracy

    @cached_property
    def _base_accuracy(self) -> float:
        return self.validation_accuracy(self._base)

    def validation_accuracy(self, predict: Callable[[Tensor], Tensor]) -> float:
        """The share of validation images that `predict` (uint8 images to logits) gets right,
        in float32 like a score."""
        right = 0
        with torch.inference_mode():
            for start in range(0, len(self.validation), EVALUATION_BATCH):
                part = slice(start, start + EVALUATION_BATCH)
                answers = predict(torch.from_numpy(self.validation.images[part])).argmax(1)
                right += int((answers.numpy() == self.validation.labels[part]).sum())
        return right / len(self.validation)

    def training_images(self, n: int) -> Tensor:
        """The first n training images in a seeded order, uint8, not augmented."""
        rng = torch_generator(self.seed, "training images")
        chosen = torch.randperm(len(self.train.images), generator=rng)[:n]
        return torch.from_numpy(self.train.images)[chosen]

    def recalibrate(self, model: nn.Module, forward: Callable[[Tensor], object]) -> None:
        """Re-estimate the normalisation statistics of `model` on augmented training images,
        which `forward` sends through it."""
        batches = self._batches(self.task.training.batch_size).epoch(self.seed, "recalibrate")
        with autocast():
            recalibrate(model, forward, (batch.images for batch in batches))


def _file_part(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", key)
