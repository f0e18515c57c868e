"""Where the files beside the code lie: in a clone its top-level folders, in a wheel copies of them.

    benchmarks/{tasks,splits}/  hardware_profiles/  leaderboard/  containers/  docs/submitting.md

A wheel has them in `cosplit/_data/`, laid out alike and without weights.
"""

import hashlib
from pathlib import Path

from cosplit.files import cache_dir

_PACKAGE = Path(__file__).parent
_DATA = _PACKAGE / "_data"

REPOSITORY: Path | None = None if _DATA.is_dir() else _PACKAGE.parent
"""The clone; None where a wheel is installed."""
ROOT = REPOSITORY or _DATA
TASKS = ROOT / "benchmarks" / "tasks"
PROFILES = ROOT / "hardware_profiles"
LEADERBOARD = ROOT / "leaderboard"
CONTAINERS = ROOT / "containers"
DOCS = ROOT / "docs"


def artifacts(leaderboard: Path = LEADERBOARD) -> tuple[Path, Path]:
    """The folders to look for published weights in: the leaderboard's own, then the fetched."""
    return leaderboard / "artifacts", fetched(leaderboard) / "artifacts"


def fetched(leaderboard: Path) -> Path:
    """Where weights of a leaderboard's entries lie once they are fetched, as in the leaderboard.

    The folder is of these entries alone, so that weights of others are never taken for theirs.
    """
    digest = hashlib.sha256()
    for path in sorted((leaderboard / "entries").glob("*/*.json")):
        digest.update(path.read_bytes())
    return cache_dir() / "weights" / digest.hexdigest()[:16]
