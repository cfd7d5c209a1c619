"""Sounds: the signs of how the energies of bands change (Haitsma and Kalker 2002).

A frame of sound gives a word of 32 bits: whether the step from a band to the next grew since two
frames before. Two sounds are laid over each other at the offset at which their words agree best.
Encoding, sample rate, loudness and a shift change few bits; another take changes half of them.

Frames more than 40 dB below the loudest are silence and no evidence. A sound of silence alone has
an empty fingerprint, so it is similar to none: how long it is says all there is to say of it.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.fingerprints.alignment import Floats
from embedcurate.fingerprints.buckets import Hashes, Rows, Table, mixed, paired, pairs
from embedcurate.progress import Progress, ignore

__all__ = ["LONGEST_S", "NEAR", "candidates", "make", "similarities"]

NEAR = 0.45
"""The similarity from which two sounds are the same, edited."""

LONGEST_S = 60.0
"""Seconds of a sound that are looked at: the first ones."""

Words: TypeAlias = NDArray[np.uint32]

_FRAME_S = 0.37
_HOP_S = 0.064
_LAG = 2
_LOWEST_HZ, _HIGHEST_HZ = 150.0, 7000.0
_ENOUGH_HZ = 16_000  # holds them; at 48 kHz a print took four times as long
_BANDS = 33
_FLOOR = 1e-3  # of the loudest frame: bands and
_AUDIBLE = 1e-4  # frames with less energy are not told from silence
_SILENT = 1e-10  # energy a band of a full-scale sound of 1 s: below is only rounding
_AT_ONCE = 128

_MIDDLE = np.uint64(0x0FFFFFF0)  # the bits of the outer bands are the first to suffer
_KEYS = 48
_NONE: Hashes = np.empty(0, np.uint64)
_NEVER = np.uint64(2**64 - 1)
_PARTS = 4  # by the key's highest bits, to sort less at once
_PART_SHIFT = np.uint64(26)
_BESIDE = 3
_FARTHEST = 24  # of 64 bits

_COVERED = 0.75
_DOUBT = 2  # words: so many that agree by chance are taken from what few words say
_TRIED = 8
_PLANES = 4
_CHUNK = 64


def make(samples: NDArray[np.float32], rate_hz: int) -> bytes:
    """Return the fingerprint of a sound: 62 bytes a second, or none for silence.

    Parameters
    ----------
    samples : (n,) float32 mono; those after `LONGEST_S` are not looked at.
    """
    samples = samples[: round(LONGEST_S * rate_hz)]
    if rate_hz > _ENOUGH_HZ:
        import soxr

        samples, rate_hz = soxr.resample(samples, rate_hz, _ENOUGH_HZ, quality="MQ"), _ENOUGH_HZ
    energies = _energies(samples, rate_hz)
    loudness = energies.mean(axis=1)
    loudest = float(loudness.max())
    if loudest < _SILENT:
        return b""
    steps = np.diff(np.log(energies / loudest + _FLOOR), axis=1)
    signs = np.packbits(steps[_LAG:] > steps[:-_LAG], axis=1)
    words = np.ascontiguousarray(signs).view(">u4")[:, 0]
    audible = loudness[_LAG:] > _AUDIBLE * loudest
    return np.where(audible, np.maximum(words, 1), 0).astype("<u4").tobytes()


def _energies(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64]:
    """Return the energy (frames, bands) in bands whose edges are evenly spread on a log scale."""
    length, hop = max(2, round(_FRAME_S * rate_hz)), _HOP_S * rate_hz
    padded = np.pad(samples, (length // 2 + round(_LAG * hop), length - length // 2))
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)
    starts = np.rint(np.arange(0, len(frames) - 0.5, hop)).astype(np.int64)
    window = np.hanning(length).astype(np.float32)
    bins = 1 << (length - 1).bit_length()
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BANDS + 1) * bins / rate_hz
    edges = np.minimum(np.rint(edges).astype(np.int64), bins // 2 + 1)
    parts = []
    for start in range(0, len(starts), _AT_ONCE):
        spectra = np.fft.rfft(frames[starts[start : start + _AT_ONCE]] * window, bins)
        heard = spectra[:, edges[0] : edges[-1]] / length
        sums = np.cumsum(heard.real**2 + heard.imag**2, axis=1, dtype=np.float64)
        parts.append(np.diff(np.pad(sums, ((0, 0), (1, 0)))[:, edges - edges[0]], axis=1))
    return np.concatenate(parts)


def candidates(prints: Sequence[bytes], *, progress: Progress = ignore) -> Rows:
    """Return the pairs of rows (m, 2), i < j, that deserve a look, as `buckets.pairs` finds them.

    Of every sound the words of which a hash is least are kept, so that two sounds keep the same
    ones (Broder 1997). Two are a pair where the middle bits of a word agree, and most bits of the
    words some frames before and after it.
    """
    return pairs(prints, _word_tables, count=_PARTS, progress=progress)


def _word_tables(prints: list[bytes]) -> Iterator[Table]:
    kept = [_kept(np.frombuffer(one, "<u4").astype(np.uint64)) for one in prints]
    rows = np.repeat(np.arange(len(prints)), [len(keys) for keys, _ in kept])
    keys, codes = (np.concatenate([one[half] for one in kept] or [_NONE]) for half in (0, 1))
    for part in range(_PARTS):
        here = keys >> _PART_SHIFT == part
        yield Table(rows[here], keys[here], codes[here], _FARTHEST)


def _kept(words: Hashes) -> tuple[Hashes, Hashes]:
    keys = words & _MIDDLE
    order = np.argsort(np.where(words == 0, _NEVER, mixed(keys)), kind="stable")
    least = order[: min(_KEYS, np.count_nonzero(words))]
    before, after = np.maximum(least - _BESIDE, 0), np.minimum(least + _BESIDE, len(words) - 1)
    return keys[least], words[before] << np.uint64(32) | words[after]


def similarities(first: Sequence[bytes], second: Sequence[bytes]) -> Floats:
    """Return by how much more bits agree than by chance, for each pair: (m,) float32 in [0, 1].

    It is less where a sound has more than a quarter that the other lacks.
    """
    return paired(_similar, first, second, chunk=_CHUNK)


def _similar(first: list[bytes], second: list[bytes]) -> Floats:
    side = max(len(one) for one in (*first, *second)) // 4
    words, other = (_padded(prints, side) for prints in (first, second))
    best = np.zeros(len(words), np.float32)
    for offset in _offsets(words, other).T:
        places = np.arange(side) + offset[:, None]
        inside = (places >= 0) & (places < side)
        moved = np.where(inside, np.take_along_axis(other, places % side, axis=1), 0)
        best = np.maximum(best, _agreement(words, moved, other))
    return best


def _padded(prints: list[bytes], side: int) -> Words:
    words = b"".join([one.ljust(4 * side, b"\0") for one in prints])
    return np.frombuffer(words, "<u4").reshape(len(prints), side)


def _offsets(words: Words, other: Words) -> NDArray[np.int64]:
    """Return the offsets (m, 8) that promise most, by correlating four sums of signed bits."""
    side = words.shape[1]
    length = max(16, 1 << (2 * side - 1).bit_length())
    one, two = (np.fft.rfft(_planes(half), length) for half in (words, other))
    found = np.fft.irfft((np.conj(one) * two).sum(axis=1), length)
    best = np.argpartition(found, -_TRIED, axis=1)[:, -_TRIED:].astype(np.int64)
    return np.where(best < side, best, best - length)


def _planes(words: Words) -> Floats:
    """Return (m, 4, words): sums of the bits as -1 or 1, with fixed signs; 0 in silence."""
    bits = np.unpackbits(words.astype(">u4").view(np.uint8).reshape(*words.shape, 4), axis=2)
    signs = 1 - 2 * ((np.arange(32)[:, None] >> np.arange(_PLANES)) & 1).astype(np.float32)
    sums = (2 * bits.astype(np.float32) - 1) @ signs * (words != 0)[:, :, None]
    planes: Floats = sums.transpose(0, 2, 1)
    return planes


def _agreement(words: Words, moved: Words, other: Words) -> Floats:
    both = (words != 0) & (moved != 0)
    shared = both.sum(axis=1)
    apart = (np.bitwise_count(words ^ moved) * both).sum(axis=1, dtype=np.int64)
    agreement = 1 - apart / np.maximum(16 * shared, 1)
    agreement -= (1 - agreement) * _DOUBT / np.maximum(shared, 1)
    most = np.maximum((words != 0).sum(axis=1), (other != 0).sum(axis=1))
    covered = np.minimum(1, shared / (_COVERED * np.maximum(most, 1)))
    similar: Floats = np.clip(agreement * covered**2, 0, 1).astype(np.float32)
    return similar
