"""Sounds: from a file's bytes to windows of mono samples at the rate that an encoder asks for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import DamagedMedium, MediaError, MediumTooLarge
from embedcurate.figures.audio import Meter
from embedcurate.fingerprints.audio import LONGEST_S, make
from embedcurate.items import Facts, Modality, Segment
from embedcurate.media import formats
from embedcurate.media.limits import MAX_SOUND_BYTES, MAX_WINDOWS
from embedcurate.media.opening import open_regular

__all__ = ["Reader", "Sound", "decode", "is_short", "mono", "open_sound", "read", "truncated"]

_ONE_WINDOW = 1.5
"""A sound of up to this many windows is not cut."""

_SHORT_SHARE, _SHORT_S = 0.01, 0.1
"""By how much fewer samples than declared may come, whichever is more: encoders pad and round."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A decoded sound.

    `windows` are segments in seconds, each with its (samples,) float32 mono waveform in [-1, 1] at
    the rate asked for: one for a short sound, else windows of equal length in order of time.
    """

    windows: tuple[tuple[Segment, NDArray[np.float32]], ...]
    facts: Facts


class Reader(Protocol):
    """A sound file that gives parts of itself."""

    format: str
    rate_hz: int
    channels: int
    frames: int
    played: float
    """The share of the frames declared that the file has, as far as it tells."""
    note: str | None

    def parts(self, starts: Sequence[int], length: int) -> Iterator[NDArray[np.float32]]:
        """Give (`length`, channels) frames from each of the ascending `starts`.

        A part is shorter only where the file ends too early.
        """


def decode(path: Path, *, rate_hz: int, window_s: float, hop_s: float) -> Sound:
    """Decode a sound into windows of `window_s` that start every `hop_s`.

    The last window ends where the sound ends. Where there would be more windows than
    `limits` allow, they are spread evenly and the facts' note says so.

    Raises
    ------
    MediaError
        If the file can't be used; the sentence says why.
    """
    with open_regular(path) as file:
        return read(
            file, suffix=path.suffix.lower(), rate_hz=rate_hz, window_s=window_s, hop_s=hop_s
        )


def read(file: BinaryIO, *, suffix: str, rate_hz: int, window_s: float, hop_s: float) -> Sound:
    """Decode a sound as `decode` does from a seekable file that bore `suffix`."""
    with _opened(file, suffix) as reader:
        return _windows(reader, rate_hz, window_s, hop_s)


@contextmanager
def open_sound(path: Path) -> Iterator[Reader]:
    """Open a sound to read parts of it as they are, at its own rate; raises `MediaError`."""
    with open_regular(path) as file, _opened(file, path.suffix.lower()) as reader:
        yield reader


def mono(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average (frames, channels) over the channels."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    if samples.shape[1] == 2:  # 18 times as fast as the mean over so short an axis
        return (samples[:, 0] + samples[:, 1]) * np.float32(0.5)
    averaged: NDArray[np.float32] = samples.mean(axis=1)
    return averaged


def truncated(read_s: float, declared_s: float) -> DamagedMedium:
    """Make the error of a file that ends before it says it does."""
    return DamagedMedium(f"truncated: {read_s:.1f} of {declared_s:.1f} s could be read")


def is_short(read_s: float, declared_s: float) -> bool:
    """Tell whether that much of a sound is too little to be rounding."""
    return declared_s - read_s > max(_SHORT_S, _SHORT_SHARE * declared_s)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except MediaError:
        raise
    except MemoryError as error:
        raise MediumTooLarge("decoding it took more memory than there is") from error
    except (OSError, ValueError, RuntimeError, EOFError, OverflowError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DamagedMedium(f"the sound is damaged: {reason[:200]}") from error


@contextmanager
def _opened(file: BinaryIO, suffix: str) -> Iterator[Reader]:
    head = file.read(formats.HEAD_BYTES)
    file.seek(0)
    if not head:
        raise DamagedMedium("it is empty")
    kind = formats.kind_of(head)
    if kind is not None and kind[0] not in (Modality.AUDIO, None):
        raise DamagedMedium(formats.not_a("a sound", head))
    with _in_words(), _open(file, head, suffix) as reader:
        yield reader


@contextmanager
def _open(file: BinaryIO, head: bytes, suffix: str) -> Iterator[Reader]:
    import soundfile

    from embedcurate.media.audio_readers import ContainerReader, SoundFileReader

    try:
        opened = soundfile.SoundFile(file)
    except soundfile.LibsndfileError:
        file.seek(0)
        with ContainerReader.open(file, head) as reader:
            yield reader
        return
    with opened:
        yield SoundFileReader(opened, file, head)


def _windows(reader: Reader, rate_hz: int, window_s: float, hop_s: float) -> Sound:
    duration_s = reader.frames / reader.rate_hz
    if reader.frames == 0:
        raise DamagedMedium("it holds no samples")
    notes = [reader.note] if reader.note else []
    length, starts = reader.frames, [0]
    if duration_s > _ONE_WINDOW * window_s:
        length = round(window_s * reader.rate_hz)
        hop = max(1, round(hop_s * reader.rate_hz))
        starts = _starts(reader.frames - length, hop, length)
        most = max(1, min(MAX_WINDOWS, int(MAX_SOUND_BYTES / (4 * window_s * rate_hz))))
        if len(starts) > most:
            starts = [int(start) for start in np.linspace(0, reader.frames - length, most)]
            notes.append(f"{most} windows spread over its {duration_s:,.0f} s")
    windows = []
    meter, reached, asked, given = Meter(reader.rate_hz), 0, 0, 0
    for start, part in zip(starts, reader.parts(starts, length), strict=False):
        start_s = start / reader.rate_hz
        samples = mono(part)
        if is_short(len(samples) / reader.rate_hz, length / reader.rate_hz):
            raise truncated(start_s + len(samples) / reader.rate_hz, duration_s)
        if not np.isfinite(samples).all():
            raise DamagedMedium("some of its samples are not numbers")
        fresh = part[max(0, reached - start) :]
        meter.add(fresh)
        given += len(fresh)
        asked += start + length - max(start, reached)
        reached = start + length
        end_s = min((start + length) / reader.rate_hz, duration_s)
        windows.append((Segment(start_s, end_s), _at_rate(samples, reader.rate_hz, rate_hz)))
    if len(windows) < len(starts):
        raise truncated(starts[len(windows)] / reader.rate_hz, duration_s)
    return Sound(
        tuple(windows),
        Facts(
            format=reader.format,
            duration_s=duration_s,
            rate_hz=reader.rate_hz,
            channels=reader.channels,
            note="; ".join(notes) or None,
            figures=meter.figures(played=reader.played * min(1.0, given / asked)),
            fingerprint=make(_beginning(windows, rate_hz), rate_hz),
        ),
    )


def _starts(last: int, hop: int, length: int) -> list[int]:
    """Return the starts of windows, `hop` apart, the last of which is `last`; they leave no gap."""
    starts = list(range(0, last, hop))
    nearly_the_last = last - starts[-1] < hop // 10
    if len(starts) > 1 and nearly_the_last and starts[-2] + length >= last:
        starts.pop()
    return [*starts, last]


def _beginning(
    windows: Sequence[tuple[Segment, NDArray[np.float32]]], rate_hz: int
) -> NDArray[np.float32]:
    """Join the windows without their overlaps up to `LONGEST_S`, or to the first gap."""
    parts: list[NDArray[np.float32]] = []
    reached = 0
    for segment, samples in windows:
        start = round(segment.start * rate_hz)
        if start > reached or reached >= LONGEST_S * rate_hz:
            break
        parts.append(samples[reached - start :])
        reached = max(reached, start + len(samples))
    return np.concatenate(parts)


def _at_rate(samples: NDArray[np.float32], from_hz: int, to_hz: int) -> NDArray[np.float32]:
    if from_hz != to_hz:
        import soxr

        samples = soxr.resample(samples, from_hz, to_hz, quality="HQ")
    clipped: NDArray[np.float32] = np.clip(samples, -1.0, 1.0).astype(np.float32, copy=False)
    return clipped
