"""A reproduction as an entry of its own, beside the one that was reported."""

from collections.abc import Sequence

from cosplit import catalogue
from cosplit.errors import CosplitError
from cosplit.measure.version import code_digest
from cosplit.record.entry import Entry, MethodRef
from cosplit.record.provenance import commit, provenance, uncommitted
from cosplit.submission.agreement import Agreement


def publishable(told: Entry, samples: int | None) -> None:
    """Refuse what could not be published, before an hour is spent on it.

    Raises:
        CosplitError: the entry is a reproduction itself, only some images are asked for, or no
            commit holds the code as it is.
    """
    if told.status != "self-reported":
        raise CosplitError(f"{told.method.name}: {told.status} already; name the reported entry")
    if samples is not None:
        raise CosplitError("--publish needs all test images; leave out --samples")
    if commit() is None:
        raise CosplitError("--publish names the commit that measured; run it from a clone")
    if uncommitted():
        raise CosplitError("--publish: code has changes that no commit holds; commit first")


def reproduced(told: Entry, found: Sequence[Agreement], seconds: float) -> Entry:
    """The entry with the rows that were measured now, where and by which code.

    What only containers measure is not in it: it stands in the reported entry.
    """
    data = told.provenance.data
    seeds = told.provenance.seeds
    origin = provenance(data.digest, data.n, seconds, missing=data.missing, seeds=seeds)
    rows = tuple(one.found for one in found if one.found is not None)
    return told.model_copy(
        update={
            "status": "reproduced",
            "method": _as_run(told.method),
            "points": rows,
            "provenance": origin,
        }
    )


def _as_run(method: MethodRef) -> MethodRef:
    """The method with the digest of the code that ran; a submission's is held to be the same."""
    if method.name not in catalogue.method_names():
        return method
    now = code_digest(catalogue.method(method.name))
    return method.model_copy(update={"code_digest": now})
