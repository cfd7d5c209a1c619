"""Sounds to look at and to play: waveform, spectrogram, and samples that any player reads."""

import io
import wave
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import DamagedMedium
from embedcurate.media.audio import Reader, mono, open_sound
from embedcurate.progress import Progress, ignore

__all__ = ["SoundLook", "levels", "look", "stretch"]

_BLOCK = 1 << 19  # frames
_SPECTRA, _FRAMES, _BANDS = 1024, 4, 128
_FFT = 2048
_LOWEST_HZ, _RANGE_DB = 40.0, 80.0
_GLANCE_S = 0.25
_GLANCED_FROM_S = 120.0
_PREROLL_S = 0.5  # MP3 needs some frames of before, at low rates more than a quarter of this

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SoundLook:
    """A sound as one sees it.

    peaks : (n, 2) float32, the least and the greatest sample of any channel in each of n equal
        stretches of time
    spectrogram : (f, t) uint8, 0 for 80 dB below the loudest and 255 for that, the highest
        frequency first, so that it can be drawn as it is
    frequencies_hz : (f,) float64, the middle of each row, of equal ratios
    """

    peaks: Floats
    spectrogram: NDArray[np.uint8]
    frequencies_hz: NDArray[np.float64]
    duration_s: float
    rate_hz: int
    channels: int


def look(path: Path, *, columns: int = 2000, progress: Progress = ignore) -> SoundLook:
    """Return how a sound looks, read in one pass in the memory of a block.

    The spectrogram has at most 1024 columns, each the mean power of up to 4 frames of 2048 samples.

    Raises
    ------
    MediaError
        If the file can't be used.
    """
    with open_sound(path) as reader:
        if not reader.frames:
            raise DamagedMedium("it holds no samples")
        step = -(-reader.frames // columns)
        # A whole number of stretches of each kind, so that no block ends within one.
        per_spectrum = max(1, -(-reader.frames // (step * _SPECTRA)))
        length = step * per_spectrum * max(1, _BLOCK // (step * per_spectrum))
        starts = range(0, reader.frames, length)
        lows, highs, powers = [], [], []
        for start, part in zip(starts, reader.parts(starts, length), strict=False):
            progress(start, reader.frames, "looking at the sound")
            if len(part):
                low, high = _extremes(part, step)
                lows.append(low)
                highs.append(high)
                powers.append(_powers(mono(part), step * per_spectrum))
        if not lows:
            raise DamagedMedium("none of its samples can be read")
        frequencies, picture = _picture(np.concatenate(powers), reader.rate_hz)
        return SoundLook(
            np.nan_to_num(np.stack([np.concatenate(lows), np.concatenate(highs)], axis=1)),
            picture,
            frequencies,
            reader.frames / reader.rate_hz,
            reader.rate_hz,
            reader.channels,
        )


def levels(path: Path, *, columns: int) -> NDArray[np.uint8]:
    """Return the greatest amplitude in each of at most `columns` stretches: (n,) uint8, 255 for 1.

    Of sounds over two minutes only the first quarter of a second of each stretch is looked at.
    Raises `MediaError`.
    """
    with open_sound(path) as reader:
        if not reader.frames:
            raise DamagedMedium("it holds no samples")
        step = -(-reader.frames // columns)
        long = reader.frames > _GLANCED_FROM_S * reader.rate_hz
        length = min(step, int(_GLANCE_S * reader.rate_hz)) if long else step
        parts = reader.parts(range(0, reader.frames, step), length)
        found = [float(np.abs(part).max(initial=0.0)) for part in parts]
    amplitudes = np.nan_to_num(np.array(found), posinf=1.0)
    rounded: NDArray[np.uint8] = np.round(255 * np.clip(amplitudes, 0, 1)).astype(np.uint8)
    return rounded


def stretch(path: Path, start_s: float, end_s: float) -> bytes:
    """Return a part of a sound as a WAV file of 16 bits at its own rate, of one or two channels.

    It ends where the sound ends. Raises `MediaError`.
    """
    with open_sound(path) as reader:
        start = max(0, round(start_s * reader.rate_hz))
        stop = min(reader.frames, round(end_s * reader.rate_hz))
        blocks = [_as_integers(part) for part in _parts(reader, start, stop)]
        rate_hz, channels = reader.rate_hz, min(reader.channels, 2)
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(rate_hz)
        for block in blocks:
            written.writeframesraw(block.tobytes())
    return file.getvalue()


def _parts(reader: Reader, start: int, stop: int) -> list[Floats]:
    """Return the frames from `start` to `stop`, decoded from a little earlier to be right there."""
    first = max(0, start - round(_PREROLL_S * reader.rate_hz))
    starts = range(first, max(stop, first), _BLOCK)
    parts = zip(starts, reader.parts(starts, _BLOCK), strict=False)
    return [part[max(0, start - at) : max(0, stop - at)] for at, part in parts]


def _as_integers(part: Floats) -> NDArray[np.int16]:
    """Return (frames, 1 or 2) 16-bit samples; of more channels their mean."""
    if part.shape[1] > 2:
        part = np.repeat(mono(part)[:, None], 2, axis=1)
    scaled = np.round(np.nan_to_num(part) * 32768)
    return np.clip(scaled, -32768, 32767).astype("<i2")


def _extremes(part: Floats, step: int) -> tuple[Floats, Floats]:
    """Return the least and the greatest of each `step` frames of (frames, channels)."""
    # Along time and in one piece: over an axis as short as the channels numpy is many times slower.
    channels = np.ascontiguousarray(part.T)
    if rest := -len(part) % step:
        channels = np.pad(channels, ((0, 0), (0, rest)), "edge")
    stretches = channels.reshape(len(channels), -1, step)
    return stretches.min(axis=2).min(axis=0), stretches.max(axis=2).max(axis=0)


def _powers(samples: Floats, step: int) -> Floats:
    """Return the mean power spectrum of each `step` samples: (n, 1 + fft / 2)."""
    window = np.hanning(_FFT).astype(np.float32)
    padded = np.pad(samples, (0, _FFT))
    starts = np.arange(0, len(samples), step)
    count = min(_FRAMES, max(1, step // _FFT))
    total = np.zeros((len(starts), _FFT // 2 + 1), np.float32)
    for frame in range(count):
        at = np.minimum(starts + frame * step // count, len(samples))
        spectra = np.fft.rfft(padded[at[:, None] + np.arange(_FFT)] * window, axis=1)
        total += (spectra.real**2 + spectra.imag**2).astype(np.float32)
    return total / np.float32(count)


def _picture(powers: Floats, rate_hz: int) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return the frequencies of the rows, and the powers (t, bins) as a picture of `_BANDS` rows.

    A band has the greatest power of its bins, or what lies between two where it has none.
    """
    highest = rate_hz / 2
    edges = np.geomspace(min(_LOWEST_HZ, highest / 2), highest, _BANDS + 1)
    middles = np.sqrt(edges[1:] * edges[:-1])
    bins = np.fft.rfftfreq(_FFT, 1 / rate_hz)
    rows = np.empty((_BANDS, len(powers)), np.float32)
    for band, (low, high) in enumerate(pairwise(edges)):
        within = np.flatnonzero((bins >= low) & (bins < high))
        if len(within):
            rows[band] = powers[:, within].max(axis=1)
        else:
            above = int(np.searchsorted(bins, middles[band]))
            share = (middles[band] - bins[above - 1]) / (bins[above] - bins[above - 1])
            rows[band] = (1 - share) * powers[:, above - 1] + share * powers[:, above]
    loudest = max(float(np.nan_to_num(rows).max(initial=0.0)), 1e-12)
    decibels = 10 * np.log10(np.maximum(np.nan_to_num(rows) / loudest, 1e-12))
    shades = np.clip((decibels + _RANGE_DB) / _RANGE_DB, 0, 1) * 255
    return middles[::-1], np.round(shades).astype(np.uint8)[::-1]
