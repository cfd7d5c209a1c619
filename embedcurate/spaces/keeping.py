"""What is found once for a space and kept in the user's data folder, as arrays in safetensors."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["folder_for", "keep"]


def folder_for(kind: str) -> Path:
    """Return where the arrays of one kind are kept; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("embedcurate", appauthor=False) / kind


def keep(
    path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, str] | None = None
) -> None:
    """Write arrays, and texts `about` them, all at once or not at all."""
    from safetensors.numpy import save

    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    fresh.write_bytes(save(whole, None if about is None else dict(about)))
    fresh.replace(path)
