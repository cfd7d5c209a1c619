"""Sounds: level, silence, clipping, what the channels differ by, and where the spectrum is cut."""

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["Meter", "measure"]

_FLOOR_DB = -120.0
_BLOCK_S = 0.05
_SILENT = 1e-3
"""The level of a block of `_BLOCK_S` below which it is silence: -60 dB of full scale."""

_SPECTRA = 8  # a part
_FRAME_S = 0.1
_BANDS = 64
_CLIFF_DB, _STEEP = 20.0, 3  # bands within which a filter's edge falls, and nature does not
_LOWEST = 6  # band; below, three of them are more than half an octave, and nature does
_SLOPE_DB = 3.0


def measure(samples: NDArray[np.float32], rate_hz: int, *, played: float = 1.0) -> dict[str, float]:
    """Measure a sound that lies in memory: (n, channels) float32; see `Meter`."""
    meter = Meter(rate_hz)
    meter.add(samples)
    return meter.figures(played=played)


class Meter:
    """Measures a sound part by part, so that one of any length needs the memory of a part."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._count = 0
        self._sums: NDArray[np.float64] = np.zeros(0)
        self._squares: NDArray[np.float64] = np.zeros(0)
        self._mid = self._side = 0.0
        self._looked_at = self._silent = 0
        self._peaks: list[tuple[float, int]] = []
        self._spectrum: NDArray[np.float64] = np.zeros(_BANDS)

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take in the next part: (n, channels) float32, always as many channels."""
        if not len(samples):
            return
        channels = np.ascontiguousarray(samples.T)
        if not self._count:
            self._sums, self._squares = np.zeros((2, len(channels)))
        self._count += len(samples)
        squares = np.array([channel @ channel for channel in channels], np.float64)
        self._sums += channels.sum(axis=1, dtype=np.float64)
        self._squares += squares
        if len(channels) == 2:
            side = channels[0] - channels[1]
            self._side += float(side @ side) / 4
            mid = channels[0] + channels[1]
            self._mid += float(mid @ mid) / 4
        self._take_peaks(channels)
        self._take_blocks(channels)
        self._take_spectrum(channels[squares.argmax()])

    def figures(self, *, played: float = 1.0) -> dict[str, float]:
        """Return what was measured.

        Parameters
        ----------
        played : the share of the declared length that could be decoded.

        Returns
        -------
        peak
            The greatest amplitude; full scale is 1.
        rms_db
            The level of all channels in decibels of full scale, -120 at the least.
        silence
            The share of the time in which no channel reaches -60 dB.
        clipping
            The share of the samples that stick to the peak: how many more stay within 0.1 % of it
            than lie in the 1.9 % below. A sine has none, whatever its level.
        dc_offset
            The mean of the channel that is farthest from zero.
        balance_db
            How much louder the left of two channels is than the right, between -120 and 120.
        side_db
            The level of what two channels differ in, against what they share, likewise.
        bandwidth_hz
            The frequency from which on a filter took everything away: a fall of 20 dB within 3/64
            of the spectrum to which nothing comes back. Half the sampling rate where there is none.
        played
            As given.

        What can't be told of a silent sound, or of other than two channels, is absent.
        """
        figures = {"played": played}
        if not self._count:
            return figures
        peak = max(level for level, _ in self._peaks)
        values = self._count * len(self._sums)
        figures |= {
            "peak": peak,
            "rms_db": _db(float(self._squares.sum()) / values),
            "silence": self._silent / self._looked_at,
            "clipping": sum(n for level, n in self._peaks if level >= 0.999 * peak) / values,
            "dc_offset": float(np.abs(self._sums).max()) / self._count,
        }
        if len(self._sums) == 2 and peak > _SILENT:
            left, right = (_db(float(energy) / self._count) for energy in self._squares)
            figures["balance_db"] = left - right
            side, mid = _db(self._side / self._count), _db(self._mid / self._count)
            figures["side_db"] = side - mid
        if self._spectrum.any() and figures["silence"] < 1:
            figures["bandwidth_hz"] = _cliff(self._spectrum) * self._rate_hz / 2
        return figures

    def _take_peaks(self, channels: NDArray[np.float32]) -> None:
        levels = np.abs(channels)
        peak = float(levels.max())
        level = min(peak, 1.0)
        if level <= _SILENT:
            self._peaks.append((peak, 0))
            return
        high = np.count_nonzero(levels >= np.float32(0.98 * level))
        top = levels >= np.float32(0.999 * level)
        lasting = np.count_nonzero(top[:, 1:] & top[:, :-1])  # a lone peak is no plateau
        self._peaks.append((peak, max(0, int(lasting + np.count_nonzero(top) - high))))

    def _take_blocks(self, channels: NDArray[np.float32]) -> None:
        length = min(max(1, round(_BLOCK_S * self._rate_hz)), channels.shape[1])
        blocks = channels.shape[1] // length
        parts = channels[:, : blocks * length].reshape(len(channels), blocks, length)
        power = np.einsum("cbs,cbs->cb", parts, parts).max(axis=0) / length
        self._looked_at += blocks * length
        self._silent += int((power < _SILENT**2).sum()) * length

    def _take_spectrum(self, channel: NDArray[np.float32]) -> None:
        """Add the power of a few frames, in bands of equal width, below half the sampling rate."""
        length = 2 * _BANDS * max(1, round(_FRAME_S * self._rate_hz / (2 * _BANDS)))
        if len(channel) < length:
            return
        starts = np.linspace(0, len(channel) - length, _SPECTRA).astype(np.int64)
        frames = channel[starts[:, None] + np.arange(length)] * np.hanning(length)
        power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
        self._spectrum += power[:, 1:].sum(axis=0).reshape(_BANDS, -1).mean(axis=1)


def _db(power: float) -> float:
    return max(_FLOOR_DB, 10 * math.log10(power)) if power > 0 else _FLOOR_DB


def _cliff(spectrum: NDArray[np.float64]) -> float:
    """Return the share of the spectrum below the edge of a filter, 1 where there is none."""
    levels = 10 * np.log10(spectrum / spectrum.max() + 1e-12)
    above = np.maximum.accumulate(levels[::-1])[::-1]  # the loudest from a band on
    for edge in range(len(levels) - _STEEP, _LOWEST, -1):
        if levels[edge - 1] - above[edge + _STEEP - 1] >= _CLIFF_DB:
            while edge > _LOWEST and levels[edge - 2] - levels[edge - 1] > _SLOPE_DB:
                edge -= 1  # from the foot of the cliff to its top
            return edge / len(levels)
    return 1.0
