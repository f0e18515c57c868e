"""Methods of strangers: checked, run in containers, judged, and brought to the leaderboard."""

from cosplit.submission.weights import write_weights

__all__ = ["write_weights"]
