"""musicnn, a tagger of music: Pons and Serra 2019, arXiv 1909.06654, trained on MagnaTagATune.

Written from the paper against the weights' own names, so that no conversion stands between them.
"""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["FRAMES", "HOP", "RATE_HZ", "Weights", "hear", "log_mel"]

RATE_HZ = 16000
HOP = 256
FRAMES = 187
"""Of a patch, about three seconds: what the model sees at once."""

_FFT = 512
_MELS = 96
_EPSILON = 1e-3  # of the batch normalisations, Keras's default

Weights = dict[str, "Tensor"]
"""TensorFlow variable name, with dots for slashes -> tensor in TensorFlow's layout."""


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (frames, 96) float32: log10(10000 m + 1) of the mel power spectrogram.

    `samples` are mono at 16 kHz. Frames are centred, and the ends mirrored, as librosa had it when
    the weights were trained.
    """
    padded = np.pad(samples, _FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::HOP]
    window = np.hanning(_FFT + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(frames * window)).astype(np.float32) ** 2
    loud: NDArray[np.float32] = np.log10(10000 * (power @ _filters().T) + 1)
    return loud


@cache
def _filters() -> NDArray[np.float32]:
    """Return (96, 257) float32: triangles of equal area on Slaney's mel scale, 0 to 8000 Hz."""
    mel_of_1000, step = 15.0, np.log(6.4) / 27
    top = mel_of_1000 + np.log(RATE_HZ / 2 / 1000) / step
    mels = np.linspace(0, top, _MELS + 2)
    hertz = np.where(mels < mel_of_1000, mels * 200 / 3, 1000 * np.exp(step * (mels - mel_of_1000)))
    bins = np.linspace(0, RATE_HZ / 2, _FFT // 2 + 1)
    rising = (bins - hertz[:-2, None]) / np.diff(hertz)[:-1, None]
    falling = (hertz[2:, None] - bins) / np.diff(hertz)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling)) * 2 / (hertz[2:] - hertz[:-2])[:, None]
    return np.asarray(triangles, np.float32)


def hear(weights: Weights, patches: "Tensor") -> "tuple[Tensor, Tensor]":
    """Return the (n, 50) logits of the tags and the (n, 200) features that they are read from.

    `patches` is (n, 187, 96) of `log_mel`. The features are normalised, about zero on average.
    """
    import torch
    from torch.nn import functional

    def normal(x: "Tensor", index: int) -> "Tensor":
        name = f"batch_normalization_{index}" if index else "batch_normalization"
        mean, variance, gamma, beta = (
            weights[f"{name}.{part}"]
            for part in ("moving_mean", "moving_variance", "gamma", "beta")
        )
        return functional.batch_norm(x, mean, variance, gamma, beta, eps=_EPSILON)

    def convolution(x: "Tensor", index: int, pad: tuple[int, ...]) -> "Tensor":
        """Return (n, channels, 187): a convolution, and the maximum over its frequencies."""
        name = f"conv2d_{index}" if index else "conv2d"
        # Only the maximum goes through relu and normalisation, which are a third of the work on
        # the whole map; where the normalisation turns values around, that is the minimum's.
        turn = torch.sign(weights[f"batch_normalization_{index + 1}.gamma"])
        kernel = (weights[f"{name}.kernel"] * turn).permute(3, 2, 0, 1)
        y = functional.conv2d(functional.pad(x, pad), kernel, weights[f"{name}.bias"] * turn)
        return normal(functional.relu(y.amax(3) * turn[:, None]), index + 1)

    x = normal(patches[:, None], 0)
    timbral = [convolution(x, i, (0, 0, 3, 3)) for i in (0, 1)]
    temporal = [
        convolution(x, i, (0, 0, (length - 1) // 2, length // 2))
        for i, length in ((2, 128), (3, 64), (4, 32))
    ]
    front = torch.cat([*timbral, *temporal], 1)

    def across(y: "Tensor", index: int) -> "Tensor":
        # A convolution over all channels at once: TensorFlow has them as the width of one plane.
        return convolution(y.transpose(1, 2)[:, None], index, (0, 0, 3, 3))

    first = across(front, 5)
    second = across(first, 6) + first
    third = across(second, 7) + second
    dense = torch.cat([front, first, second, third], 1)
    pooled = torch.stack([dense.amax(2), dense.mean(2)], 2).flatten(1)
    hidden = functional.relu(normal(pooled, 9) @ weights["dense.kernel"] + weights["dense.bias"])
    features = normal(hidden, 10)
    return features @ weights["dense_1.kernel"] + weights["dense_1.bias"], features
