"""EfficientNet-Lite0 (Tan and Le 2019, arXiv 1905.11946, without its squeezes and with relu6).

Written out for the reason that `minilm` is, and to fold each normalisation into the convolution
before it, which spares a third of the time; a test holds it to a model library's own features.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["FEATURES", "SIDE_PX", "Weights", "features", "folded"]

SIDE_PX = 224
FEATURES = 1280

_STAGES = ((2, 2), (2, 2), (2, 3), (1, 3), (2, 4), (1, 1))
"""Stride of the first block, and blocks, of the stages that expand their channels by six."""

_EPSILON = 1e-3  # of the batch normalisations


class Weights(NamedTuple):
    """The kernels and biases of all convolutions in order, and those of the classifier."""

    convolutions: "Sequence[tuple[Tensor, Tensor]]"
    classifier: "tuple[Tensor, Tensor]"


def folded(stored: "Sequence[Tensor]") -> Weights:
    """Return the weights of the published checkpoint's entries, in its order."""
    import torch

    convolutions = []
    # Of a normalisation it has scale, offset, mean, variance, and a counter of training's steps.
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

    def convolution(x: "Tensor", stride: int = 1) -> "Tensor":
        kernel, bias = next(layers)
        # TensorFlow pads a stride of two only at the end: its outputs begin a step later.
        late = stride - 1
        padding = kernel.shape[-1] // 2 + late
        groups = x.shape[1] // kernel.shape[1]
        y = functional.conv2d(x, kernel, bias, stride, padding, groups=groups)
        return y[..., late:, late:]

    def block(x: "Tensor", stride: int) -> "Tensor":
        wide = functional.relu6(convolution(x))
        y = convolution(functional.relu6(convolution(wide, stride)))
        return x + y if x.shape == y.shape else y

    x = functional.relu6(convolution(pixels, 2))
    x = convolution(functional.relu6(convolution(x)))
    for stride, blocks in _STAGES:
        for index in range(blocks):
            x = block(x, stride if index == 0 else 1)
    return functional.relu6(convolution(x)).mean((2, 3))
