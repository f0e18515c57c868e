"""The original network's answers to training batches, for distillation.

What it says of a fixed view of an image never changes: it is computed once, kept on disk, and
serves every stage of every method. That the teacher sees the student's own crop is what L. Beyer
et al., arXiv:2106.05237, found to matter; the mirrored crop has the answer of the other.
"""

import hashlib
from pathlib import Path

import torch
from torch import Tensor, nn

from cosplit.files import write_atomic
from cosplit.method import Batch
from cosplit.tensorfile import dump_tensors, read_tensors, state_digest, tensor_digest
from cosplit.training.batches import Batches
from cosplit.training.precision import autocast


class Answers:
    """Logits float32 (n, classes) of `network` for batches of `batches`, kept in `folder`."""

    def __init__(self, network: nn.Module, batches: Batches, folder: Path) -> None:
        self._network = network.requires_grad_(False).to(memory_format=torch.channels_last).eval()
        self._batches = batches
        made_of = [state_digest(network.state_dict()), tensor_digest(batches.images)]
        digest = hashlib.sha256(f"{made_of} {batches.padding}".encode()).hexdigest()
        self._path = folder / digest[:12]
        self._views: dict[int, Tensor] = {}

    def __call__(self, batch: Batch) -> Tensor:
        """The answers to the batch's view; where it has none, to the very images."""
        if batch.view is None:
            logits: Tensor = self._network(batch.images)
            return logits
        if batch.view not in self._views:
            self._views[batch.view] = self._view(batch.view)
        return self._views[batch.view][batch.rows]

    def _view(self, number: int) -> Tensor:
        path = self._path.with_name(f"{self._path.name}-view{number}.safetensors")
        if not path.exists():
            write_atomic(path, dump_tensors({"logits": self._answers(number)}, {"view": number}))
        return read_tensors(path)["logits"]

    @torch.no_grad()
    def _answers(self, number: int) -> Tensor:
        answers = []
        with autocast():
            for batch in self._batches.view(number):
                images = batch.images.contiguous(memory_format=torch.channels_last)
                answers.append(self._network(images).float())
        return torch.cat(answers)
