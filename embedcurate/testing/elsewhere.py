"""What plugins do in a process where nothing else has happened yet."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.plugin import SpacePlugin

__all__ = ["HEAVY", "Elsewhere", "in_fresh_process"]

HEAVY = frozenset(
    {
        "gensim", "imagebind", "jax", "keras", "librosa", "matplotlib", "numba", "onnxruntime",
        "open_clip", "pandas", "scipy", "sentence_transformers", "sklearn", "tensorflow", "timm",
        "torch", "torchaudio", "torchvision", "transformers",
    }
)  # fmt: skip
"""Packages that take long to import: a plugin imports them when it loads or first encodes."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a plugin did in another process.

    `imported` are the heavy packages that importing and constructing it imported; `vectors` is
    modality -> channel -> rows, of the first two media that the check makes up.
    """

    imported: tuple[str, ...]
    fingerprints: Mapping[str, str]
    vectors: Mapping[str, Mapping[str, Vectors]]


def in_fresh_process(plugins: Sequence[SpacePlugin]) -> list[Elsewhere]:
    """Import and construct plugins in one new process, then load each and encode; see `Elsewhere`.

    Raises `AssertionError` with what the process said if it fails.
    """
    asked = []
    for plugin in plugins:
        kind = type(plugin)
        at_top = getattr(sys.modules[kind.__module__], kind.__qualname__, None) is kind
        if not at_top or kind.__module__ == "__main__":
            raise AssertionError(f"The class {kind.__qualname__} must stand at a module's top.")
        asked.append([kind.__module__, kind.__qualname__, plugin.model, dict(plugin.options)])
    done = subprocess.run(
        [sys.executable, "-m", "embedcurate.testing"],
        input=json.dumps({"path": sys.path, "plugins": asked}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"In a fresh process it failed:\n{done.stderr}")
    return [_read(json.loads(line)) for line in done.stdout.splitlines()]


def _read(told: dict[str, Any]) -> Elsewhere:
    vectors = {
        modality: {name: np.array(rows, np.float32) for name, rows in channels.items()}
        for modality, channels in told["vectors"].items()
    }
    return Elsewhere(tuple(told["imported"]), told["fingerprints"], vectors)
