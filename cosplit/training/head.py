"""What a split is worth: a linear classifier on the very feature that the device sends.

Where this classifier is as good as the whole network, the split is an early exit.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from cosplit.data import ImageSet
from cosplit.training.precision import autocast
from cosplit.training.trainer import LocalTrainer

DECAYS = (1e-4, 1e-3, 1e-2)
"""Weight decays tried; validation chooses."""
SIDE = 2
"""The feature is pooled to at most this height and width."""
ITERATIONS = 100
BATCH = 250


@dataclass(frozen=True)
class Head:
    """A linear classifier on features (n, c, h, w), and its share of right validation images."""

    classifier: nn.Sequential
    validation_accuracy: float


def fit_head(trainer: LocalTrainer, device: nn.Module) -> Head:
    """The best linear classifier on `device`'s feature, by full-batch logistic regression
    (L-BFGS) on the training images without augmentation. Deterministic; `device` is frozen."""
    features = _features(device, trainer.train)
    labels = torch.from_numpy(trainer.train.labels)
    mean, scale = features.mean(0), features.std(0) + 1e-6
    features = (features - mean) / scale
    fitted = [_fit(features, labels, trainer.task.data.classes, decay) for decay in DECAYS]
    heads = [_head(layer, mean, scale) for layer in fitted]
    seen, truth = _features(device, trainer.validation), trainer.validation.labels
    scores = [float((head(seen).argmax(1).numpy() == truth).mean()) for head in heads]
    best = max(range(len(heads)), key=scores.__getitem__)
    return Head(heads[best], scores[best])


class Pool(nn.Module):
    """Features (n, c, h, w) averaged to (n, c * min(h, 2) * min(w, 2)); vectors as they are."""

    def forward(self, feature: Tensor) -> Tensor:
        """The pooled, flat feature in float32."""
        feature = feature.float()
        if feature.ndim > 2:  # noqa: PLR2004 (not a batch of vectors)
            height, width = feature.shape[-2:]
            size = (min(height, SIDE), min(width, SIDE))
            feature = functional.adaptive_avg_pool2d(feature, size)
        return feature.flatten(1)


@torch.no_grad()
def _features(device: nn.Module, images: ImageSet) -> Tensor:
    pool, parts = Pool(), torch.split(torch.from_numpy(images.images), BATCH)
    with autocast():
        return torch.cat([pool(device(part)) for part in parts])


def _fit(features: Tensor, labels: Tensor, classes: int, decay: float) -> nn.Linear:
    layer = nn.Linear(features.shape[1], classes)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimiser = torch.optim.LBFGS(
        layer.parameters(), max_iter=ITERATIONS, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        fit = functional.cross_entropy(layer(features), labels)
        loss = fit + decay / 2 * layer.weight.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return layer.requires_grad_(False)


def _head(layer: nn.Linear, mean: Tensor, scale: Tensor) -> nn.Sequential:
    # the standardisation becomes part of the layer
    layer.weight.div_(scale)
    layer.bias.sub_(layer.weight @ mean)
    return nn.Sequential(Pool(), layer).eval()
