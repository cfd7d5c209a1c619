"""Where models compute, and how much of a batch at a time."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

from embedcurate.errors import DeviceError
from embedcurate.spaces.encoder import Vectors

__all__ = ["DEVICE", "Batches", "device", "inference"]

DEVICE = "EMBEDCURATE_DEVICE"
"""The environment variable that forces a device: cpu, cuda, cuda:1, mps."""

T = TypeVar("T")


def device() -> str:
    """Return the device that models run on: the one that is forced, else the fastest here.

    Raises `DeviceError` if the one that is forced is not here.
    """
    import torch

    here = ["cpu"]
    if torch.backends.mps.is_available():
        here.insert(0, "mps")
    if torch.cuda.is_available():
        here = ["cuda", *(f"cuda:{number}" for number in range(torch.cuda.device_count())), *here]
    asked = os.environ.get(DEVICE) or here[0]
    if asked not in here:
        raise DeviceError(asked, here)
    return asked


@contextmanager
def inference(device: str) -> Iterator[None]:
    """Compute without gradients, and in half precision where that is faster: on CUDA."""
    import torch

    half = device.startswith("cuda")
    with torch.inference_mode(), torch.autocast("cuda", torch.float16, enabled=half):
        yield


class Batches:
    """Runs a model over a batch in parts that fit the device's memory."""

    def __init__(self, most: int) -> None:
        self.most = most
        """How many go through the model at once; halved when memory does not suffice."""

    def run(self, forward: Callable[[Sequence[T]], Vectors], batch: Sequence[T]) -> Vectors:
        """Return the rows (len(batch), d) that `forward` gives for `batch`, in order.

        A part that does not fit is tried again in halves, and so are all that come after it; what
        does not fit one by one raises torch's own error.
        """
        import torch

        rows: list[Vectors] = []
        done = 0
        while done < len(batch):
            part = batch[done : done + self.most]
            try:
                rows.append(forward(part))
            except torch.OutOfMemoryError:
                if len(part) == 1:
                    raise
                self.most = len(part) // 2
                continue
            done += len(part)
        return np.concatenate(rows)
