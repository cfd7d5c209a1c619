"""EfficientNet-Lite0 (Tan and Le 2019, arXiv 1905.11946, without its squeezes and with relu6).

Written out for the reason that `minilm` is, and faster by a third: each normalisation is folded
into the convolution before it. A test holds it to a model library's own features.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Weights", "features", "folded"]

_STAGES = ((2, 2), (2, 2), (2, 3), (1, 3), (2, 4), (1, 1))
"""Stride of the first block, and blocks, of the stages that expand their channels by six."""

_EPSILON = 1e-3  # of the batch normalisations


class Weights(NamedTuple):
    """The kernels and biases of all convolutions in order, and those of the classifier."""

    convolutions: "Sequence[tuple[Tensor, Tensor]]"
    classifier: "tuple[Tensor, Tensor]"


def folded(stored: "Sequence[Tensor]") -> Weights:
    """Return the weights of the published checkpoint's entries, which come in the model's order."""
    import torch

    convolutions = []
    # A normalisation has five: scale, offset, mean, variance, and a count of the steps of training.
    for kernel, gamma, beta, mean, variance, _ in zip(*[iter(stored[:-2])] * 6, strict=True):
        scale = gamma / torch.sqrt(variance + _EPSILON)
        kernel = kernel * scale[:, None, None, None]
        # Twice as fast on a CPU as the usual layout.
        kernel = kernel.contiguous(memory_format=torch.channels_last)
        convolutions.append((kernel, beta - mean * scale))
    return Weights(convolutions, (stored[-2], stored[-1]))


def features(weights: Weights, pixels: "Tensor") -> "Tensor":
    """Return the (n, 1280) features of `pixels` (n, 3, 224, 224), values about -1 to 1."""
    from torch.nn import functional

    layers = iter(weights.convolutions)

    def linear(x: "Tensor", stride: int = 1) -> "Tensor":
        kernel, bias = next(layers)
        # TensorFlow pads a stride of two only at the end: its outputs begin a step later.
        late = stride - 1
        padding = kernel.shape[-1] // 2 + late
        groups = x.shape[1] // kernel.shape[1]
        y = functional.conv2d(x, kernel, bias, stride, padding, groups=groups)
        return y[..., late:, late:]

    def active(x: "Tensor", stride: int = 1) -> "Tensor":
        return linear(x, stride).clamp_(0, 6)

    x = linear(active(active(pixels, 2)))
    for stride, blocks in _STAGES:
        x = linear(active(active(x), stride))
        for _ in range(blocks - 1):
            x = x + linear(active(active(x)))
    return active(x).mean((2, 3))
