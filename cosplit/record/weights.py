"""Published weights, where a clone has them and where they were fetched by their SHA-256.

entries --path, digest--> URL or folder --checked--> user's cache, laid out as the leaderboard
"""

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cosplit.errors import CosplitError
from cosplit.files import sha256
from cosplit.record.entry import Entry, confined
from cosplit.resources import fetched

if TYPE_CHECKING:
    from pooch import Pooch

TIMEOUT_S = 30
VARIABLE = "COSPLIT_WEIGHTS"


def locate(leaderboard: Path, path: str) -> Path:
    """The file of weights that an entry names: the leaderboard's, else the one fetched for it.

    Raises:
        CosplitError: the path leads out.
    """
    own = confined(leaderboard, path)
    return own if own.is_file() else confined(fetched(leaderboard), path)


def fetch(
    leaderboard: Path,
    entries: Iterable[Entry],
    source: str | None,
    each: Callable[[list[str]], Iterable[str]] = iter,
) -> Path:
    """The folder with the weights of `entries`, whole: the leaderboard's own where it has them,
    else the cache's, filled from `source`, a URL or a folder laid out as the leaderboard.

    `each` wraps the paths as they are fetched, to show progress. A file appears whole or not at
    all; those that are there already are not fetched again.

    Raises:
        CosplitError: no source, or a file of it that is missing, another, or cannot be reached.
    """
    wanted = {one.path: one.sha256 for entry in entries for one in entry.artifacts}
    for root in (leaderboard, fetched(leaderboard)):
        if all(_holds(confined(root, path), digest) for path, digest in wanted.items()):
            return root / "artifacts"
    if not source:
        raise CosplitError(
            f"the weights are not here; say where they lie with --from URL|FOLDER or {VARIABLE}: "
            "a copy of the repository's leaderboard/"
        )
    _fill(fetched(leaderboard), wanted, source, each)
    return fetched(leaderboard) / "artifacts"


def _holds(path: Path, digest: str) -> bool:
    return path.is_file() and sha256(path) == digest


def _fill(
    root: Path,
    wanted: Mapping[str, str],
    source: str,
    each: Callable[[list[str]], Iterable[str]],
) -> None:
    import pooch

    pooch.get_logger().setLevel("WARNING")
    registry = {path: f"sha256:{digest}" for path, digest in wanted.items()}
    place = pooch.Pooch(root, f"{source.rstrip('/')}/", registry)
    # not streamed: files have some MB, and an error would leave the connection open
    over_http = pooch.HTTPDownloader(timeout=TIMEOUT_S, stream=False)
    get = over_http if "://" in source else _copy
    for path in each(list(wanted)):
        try:
            place.fetch(path, downloader=get)
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            why = _reason(error)
            raise CosplitError(f"{source}: {path}: {why}; name another place by --from") from None


def _copy(url: str, output_file: str, pooch: "Pooch") -> None:
    shutil.copyfile(url, output_file)


def _reason(error: Exception) -> str:
    from requests import HTTPError, RequestException

    if isinstance(error, HTTPError):
        return f"{error.response.status_code} {error.response.reason}"
    if isinstance(error, RequestException):
        return f"cannot be reached ({type(error).__name__})"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "not the file that the entry names (its SHA-256 is another)"
