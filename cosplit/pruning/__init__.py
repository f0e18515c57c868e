"""Structured pruning of whole coupled channel groups, by any ranking."""
