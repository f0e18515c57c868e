"""The original network, split as it is: nothing but the split point is chosen.

Source: the baseline "original network" of Shao and Zhang (arXiv:2006.02166, Section IV); its
feature is Huffman-coded, since nothing else codes it.

    image --unpruned half--> feature --2^b levels, Huffman--> Bits
    Bits --> rounded feature --other half--> logits

The width b is the narrowest that keeps the threshold on validation, or half a point below the
base where the base itself is under the threshold (`_choice.goal`). Nothing is trained.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cosplit.backbones import build_backbone
from cosplit.method import Method, Trainer
from cosplit.methods._budget import original_network
from cosplit.methods._choice import goal
from cosplit.methods._points import inner_points
from cosplit.methods._quantised import narrowest_quantiser, quantised
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task


class Original(Method):
    """Every split point; the quantiser's width is found in fitting and kept in `config`."""

    title = "Original network, quantised and Huffman-coded"
    authors = "J. Shao, J. Zhang"
    source = "arXiv:2006.02166"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """One at every split point behind a layer."""
        return [OperatingPoint(name) for name in inner_points(task)]

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """The base around the narrowest quantiser."""
        return narrowest_quantiser(train, original_network(train), point, goal(train))

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The same with initial weights."""
        return quantised(task, build_backbone(task), point, config)
