import numpy as np
import pytest
import torch

from embedcurate.errors import DeviceError
from embedcurate.spaces.computing import DEVICE, Batches, device, inference


class Small:
    """A model on a device where no more than `room` fit at once; keeps what it was given."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.sizes: list[int] = []

    def forward(self, part):
        self.sizes.append(len(part))
        if len(part) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return np.array([[value] for value in part], np.float32)


def test_a_batch_that_does_not_fit_is_halved_and_all_rows_come_in_order():
    model, batches = Small(3), Batches(16)
    rows = batches.run(model.forward, list(range(20)))
    assert rows[:, 0].tolist() == list(range(20))
    assert model.sizes[:4] == [16, 8, 4, 2]
    assert batches.most == 2


def test_what_was_learned_of_the_memory_is_kept():
    model, batches = Small(4), Batches(16)
    batches.run(model.forward, list(range(16)))
    model.sizes.clear()
    batches.run(model.forward, list(range(8)))
    assert model.sizes == [4, 4]


def test_what_does_not_fit_alone_is_told_as_torch_tells_it():
    with pytest.raises(torch.OutOfMemoryError):
        Batches(4).run(Small(0).forward, [1, 2])


def test_a_device_that_is_forced_is_taken_or_said_not_to_be_here(monkeypatch):
    monkeypatch.setenv(DEVICE, "cpu")
    assert device() == "cpu"
    monkeypatch.setenv(DEVICE, "cuda:77")
    with pytest.raises(DeviceError, match=r"no device 'cuda:77' here. There is: .*cpu"):
        device()


def test_on_the_processor_it_computes_in_full_precision_and_without_gradients():
    weight = torch.ones(2, 2, requires_grad=True)
    with inference("cpu"):
        product = weight @ weight
    assert product.dtype == torch.float32
    assert not product.requires_grad
