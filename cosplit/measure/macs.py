"""Multiply-accumulates of whatever runs, counted where torch dispatches each operation.

Every operation is one of: counted by a formula; free, because it multiplies nothing into sums
(views, copies, elementwise, comparisons, pooling, reductions, normalisation); or refused.
An elementwise operation whose operands broadcast against each other, such as the differences
between n vectors and K codewords, is a product in disguise: one MAC an element of its result.
Work outside torch (NumPy, Python) is not seen.
"""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from cosplit.errors import CosplitError

Formula = Callable[..., int]
_COMPOSED = torch._C.DispatchKey.CompositeImplicitAutograd


def _distances(a: Tensor, b: Tensor, *_: object, **__: object) -> int:
    batch = prod(torch.broadcast_shapes(a.shape[:-2], b.shape[:-2]))  # type: ignore[no-untyped-call]
    return batch * a.shape[-2] * b.shape[-2] * a.shape[-1]


# What the flop counter lacks, by torch's name; arguments are the operation's own.
FORMULAS: Mapping[str, Formula] = {
    "mv": lambda matrix, vector: matrix.numel(),
    "addmv": lambda start, matrix, vector, **_: matrix.numel(),
    "dot": lambda a, b: a.numel(),
    "vdot": lambda a, b: a.numel(),
    "ger": lambda a, b: a.numel() * b.numel(),
    "addr": lambda start, a, b, **_: a.numel() * b.numel(),
    "addbmm": lambda start, a, b, **_: a.numel() * b.shape[-1],
    "_cdist_forward": _distances,
    "_euclidean_dist": _distances,
    "cdist": _distances,
    "_scaled_dot_product_flash_attention_for_cpu": lambda q, k, v, *_, **__: (
        q.numel() * k.shape[-2] + prod(q.shape[:-1]) * v.shape[-2] * v.shape[-1]
    ),
}

# Free, beside what torch itself tags as a view or as elementwise.
FREE = frozenset(
    """
    avg_pool1d avg_pool2d _adaptive_avg_pool2d adaptive_max_pool2d max_pool2d_with_indices
    upsample_nearest2d
    sum mean amax amin aminmax max min argmax argmin any all var std var_mean prod
    linalg_vector_norm norm logsumexp count_nonzero cumsum
    native_batch_norm _native_batch_norm_legit_no_training native_layer_norm native_group_norm
    _softmax _log_softmax _safe_softmax
    detach t transpose squeeze unsqueeze _to_copy _unsafe_view clone copy cat stack constant_pad_nd
    reflection_pad2d pixel_shuffle pixel_unshuffle roll flip lift_fresh
    lift_fresh_copy _local_scalar_dense _assert_async
    empty empty_like empty_strided zeros zeros_like ones ones_like full full_like arange linspace
    eye scalar_tensor new_empty new_empty_strided new_zeros new_ones new_full fill zero
    index index_select gather embedding index_put _index_put_impl scatter masked_select nonzero
    sort topk bucketize searchsorted bincount _unique2 equal is_nonzero
    """.split()  # noqa: SIM905 - sixty quoted names would hide the six kinds of them
)
_UNTAGGED_ELEMENTWISE = ("rsub", "prelu", "_prelu_kernel", "hardswish", "floor_divide")
_SELECTING = ("bitwise", "__", "logical", "where", "masked_fill")


class MacCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """`with MacCounter() as counter: ...` then `counter.macs`.

    Raises CosplitError naming the operation, inside the block, where one has no formula.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.macs = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here; torch would import its compiler to say so."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Count one operation and run it."""
        kwargs = kwargs or {}
        formula = _formula(func)
        if formula is None:
            if not func.has_kernel_for_dispatch_key(_COMPOSED):
                raise CosplitError(
                    f"cannot count the MACs of {func.name()!r}: it has no formula; use operations"
                    " that have one, or add it to cosplit/measure/macs.py"
                )
            with self:  # what really runs; `decompose` would take torch's Python for it, and sympy
                return func._op_dk(_COMPOSED, *args, **kwargs)
        out = func(*args, **kwargs)
        self.macs += formula(out, args, kwargs)
        return out


def _formula(func: Any) -> Callable[[Any, Any, Any], int] | None:
    """MACs from (result, arguments, keywords) of one operation; None: unknown."""
    if func.namespace not in ("aten", "prim"):
        return None
    name = func.overloadpacket.__name__
    if name in FORMULAS:
        return lambda out, args, kwargs: FORMULAS[name](*args, **kwargs)
    if func.overloadpacket in flop_registry:
        flops = flop_registry[func.overloadpacket]
        return lambda out, args, kwargs: int(flops(*args, **kwargs, out_val=out)) // 2
    plain = name if name.startswith("__") else name.removesuffix("_")
    if torch.Tag.pointwise in func.tags or plain in _UNTAGGED_ELEMENTWISE:
        selects = plain.startswith(_SELECTING)
        return lambda out, args, kwargs: 0 if selects else _outer(out, args)
    if func.is_view or func.namespace == "prim" or plain in FREE:
        return lambda out, args, kwargs: 0
    return None


def _outer(out: Any, operands: tuple[Any, ...]) -> int:
    """Elements of a result in which a tensor is used again and again, as in a product written
    by hand; numbers and per-channel scales are not products of tensors."""
    if not isinstance(out, Tensor) or out.dtype == torch.bool:
        return 0
    tensors = [operand for operand in operands if isinstance(operand, Tensor)]
    reused = any(1 < _held(t) < out.numel() and not _per_channel(t, out) for t in tensors)
    return out.numel() if len(tensors) > 1 and reused else 0


def _per_channel(tensor: Tensor, out: Tensor) -> bool:
    """Whether it holds one number a channel of an image batch (n, channels, ...)."""
    shape = (1,) * (out.ndim - tensor.ndim) + tuple(tensor.shape)
    return out.ndim > 2 and _held(tensor) == shape[1] == out.shape[1]  # noqa: PLR2004


def _held(tensor: Tensor) -> int:
    """Its elements, those repeated by a stride of 0 counted once."""
    dims = zip(tensor.shape, tensor.stride(), strict=True)
    return prod(size for size, stride in dims if stride)
