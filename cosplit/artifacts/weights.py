"""A model's tensors as they are stored, and stored tensors put into a model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from torch import Tensor, nn


def learned_names(model: "nn.Module") -> set[str]:
    """Parameters and normalisation statistics: what may be averaged and rounded.

    All other tensors are tables (codewords, scales, Huffman lengths) and must stay exact.
    """
    from torch.nn.modules.batchnorm import _NormBase

    statistics = {
        f"{prefix}.{name}" if prefix else name
        for prefix, module in model.named_modules(remove_duplicate=False)
        if isinstance(module, _NormBase)
        for name, value in module.named_buffers(recurse=False)
        if value.is_floating_point()
    }
    return statistics | {name for name, _ in model.named_parameters(remove_duplicate=False)}


def for_storage(model: "nn.Module") -> "dict[str, Tensor]":
    """The state of `model`: what is learned in bfloat16, tables as they are.

    Raises:
        CosplitError: a tensor holds NaN or infinity.
    """
    import torch

    learned = learned_names(model)
    state = {
        name: value.to(torch.bfloat16) if name in learned else value
        for name, value in model.state_dict().items()
    }
    _check_finite(state, "the model")
    return state


def put(model: "nn.Module", tensors: "Mapping[str, Tensor]", source: str) -> None:
    """Load `tensors`, read from `source`, into `model`; every tensor must fit.

    Raises:
        CosplitError: a tensor is missing, unexpected, of another shape, or not finite.
    """
    expected = model.state_dict()
    for name in expected.keys() - tensors.keys():
        raise CosplitError(f"{source}: tensor {name!r} is missing; save the model again")
    for name, value in tensors.items():
        if name not in expected:
            raise CosplitError(f"{source}: unexpected tensor {name!r}; save the model again")
        if (value.shape, value.is_floating_point()) != (
            expected[name].shape,
            expected[name].is_floating_point(),
        ):
            raise CosplitError(
                f"{source}: tensor {name!r} is {value.dtype} {tuple(value.shape)} instead of "
                f"{expected[name].dtype} {tuple(expected[name].shape)}; save the model again"
            )
    _check_finite(tensors, source)
    model.load_state_dict(dict(tensors))


def _check_finite(tensors: "Mapping[str, Tensor]", source: str) -> None:
    import torch

    for name, value in tensors.items():
        if value.is_floating_point() and not torch.isfinite(value).all():
            raise CosplitError(f"{source}: tensor {name!r} holds NaN or infinity; train it again")
