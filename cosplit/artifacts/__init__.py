"""Trained models on disk: one safetensors file a point, shared tensors stored once a task."""

from cosplit.artifacts.store import ArtifactStore, Half, read_base, unpack

__all__ = ["ArtifactStore", "Half", "read_base", "unpack"]
