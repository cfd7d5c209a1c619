"""Files of weights, read so that none of them can run code, and what goes wrong in words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from embedcurate.errors import WeightsError

__all__ = ["SUFFIXES", "in_words", "read_config", "read_weights"]

SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
"""Of the files that `read_weights` reads."""

_AGAIN = "Fetch it again, or name another file"


def read_config(file: Path) -> dict[str, Any]:
    """Return the JSON object in `file`; raise `WeightsError` if there is none."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise WeightsError(f"'{file}' can't be read: {error.strerror}. Check the path.") from error
    except ValueError as error:
        raise WeightsError(f"'{file}' is no JSON ({error}). {_AGAIN}.") from error
    if not isinstance(found, dict):
        raise WeightsError(f"'{file}' does not describe a model. {_AGAIN}.")
    return found


def read_weights(file: Path) -> dict[str, Any]:
    """Return name -> tensor, on the CPU, of a safetensors file or of one that torch saved.

    What lies beneath the key `state_dict` counts where there is one. Raises `WeightsError` for a
    file that is damaged, that holds more than tensors, or none.
    """
    with in_words(file):
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(file)
        import torch

        found = torch.load(file, map_location="cpu", weights_only=True)
    if isinstance(found, dict):
        found = found.get("state_dict", found)
    if not isinstance(found, dict) or not all(torch.is_tensor(one) for one in found.values()):
        raise WeightsError(f"'{file}' holds no weights alone. Name a file of a state dict.")
    return found


@contextmanager
def in_words(file: Path, model: str = "a model") -> Iterator[None]:
    """Turn what reading the weights of `model` in `file` raises into `WeightsError`."""
    from safetensors import SafetensorError

    try:
        yield
    except UnpicklingError as error:
        raise WeightsError(
            f"'{file}' is damaged, or holds code beside the weights; nothing of it was run. "
            "Use the model's .safetensors file."
        ) from error
    except (SafetensorError, EOFError) as error:
        raise WeightsError(f"'{file}' is damaged or cut short ({error}). {_AGAIN}.") from error
    except OSError as error:
        why = error.strerror or str(error).partition("\n")[0]
        raise WeightsError(f"'{file}' can't be read as {model}: {why}. {_AGAIN}.") from error
    except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        if type(error).__name__ == "OutOfMemoryError":
            raise
        why = " ".join(str(error).split())[:200]
        raise WeightsError(f"'{file}' does not hold the weights of {model}: {why}") from error
