"""The two readers of sound files: libsndfile first, FFmpeg's libraries for what it refuses."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import DamagedMedium
from embedcurate.items import Modality
from embedcurate.media.audio import is_short, mono, truncated
from embedcurate.media.formats import not_a

if TYPE_CHECKING:
    import soundfile

__all__ = ["ContainerReader", "SoundFileReader"]

# Demuxers that open nothing but the file itself: playlists (hls, concat, dash) would open others.
_DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,aac,asf,matroska,webm,amr,amrnb,amrwb,ac3,eac3,ape,wv,tta,mpc,mpc8,"
    "ogg,flac,mp3,wav,w64,aiff,caf,au,voc"
)
# Only these state a duration of their own; that of others is a guess by FFmpeg.
_DECLARING = ("mov", "matroska", "asf")
_PREROLL_S = 0.25
"""A codec with overlapping frames is decoded from so much earlier to be right at a start."""

_STREAMED = (0, 0x7FFFFFFF, 0xFFFFFFFF)
"""Sizes that mean "not known when the header was written"."""


class SoundFileReader:
    """A file that libsndfile reads; parts that leave a gap are found by seeking."""

    def __init__(self, opened: "soundfile.SoundFile", file: BinaryIO, head: bytes) -> None:
        self._opened = opened
        self.format: str = opened.format
        self.rate_hz: int = opened.samplerate
        self.channels: int = opened.channels
        self.frames: int = opened.frames
        self.played = 1.0
        self.note: str | None = None
        self._require_whole(file, head)

    def parts(self, starts: Sequence[int], length: int) -> Iterator[NDArray[np.float32]]:
        """Give `length` frames from each start, as `audio.Reader` says."""
        import soundfile

        samples, reached = np.empty((0, self.channels), np.float32), 0
        for start in starts:
            # What two parts share is decoded once, and on from there: seeking is slow in MP3.
            shared = samples[len(samples) - max(0, reached - start) :]
            missing = length - len(shared)
            try:
                if start > reached:
                    self._opened.seek(start)
                fresh = self._opened.read(missing, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                read_s, declared_s = start / self.rate_hz, self.frames / self.rate_hz
                raise DamagedMedium(
                    f"damaged or truncated: it can't be read on from {read_s:.1f} of "
                    f"{declared_s:.1f} s ({error.error_string.strip()})"
                ) from error
            samples = np.concatenate([shared, fresh]) if len(shared) else fresh
            reached = start + len(samples)
            yield samples

    def _require_whole(self, file: BinaryIO, head: bytes) -> None:
        """Compare the header with the file's size: libsndfile quietly reads what is there."""
        position = file.tell()
        size = file.seek(0, 2)
        if head.startswith((b"RIFF", b"FORM")):
            stated = int.from_bytes(head[4:8], "little" if head.startswith(b"RIFF") else "big")
            if stated not in _STREAMED and stated + 8 > size:
                declared_s = self.frames / self.rate_hz * (stated + 8) / size
                self.played = size / (stated + 8)
                if is_short(self.frames / self.rate_hz, declared_s):
                    raise truncated(self.frames / self.rate_hz, declared_s)
        elif head.startswith(b"OggS"):
            file.seek(max(0, size - (1 << 16)))
            tail = file.read(1 << 16)
            page = tail.rfind(b"OggS")
            if page < 0 or len(tail) < page + 6 or not tail[page + 5] & 4:
                self.note = "it lacks its end mark and may be cut short"
        file.seek(position)


class ContainerReader:
    """A file that FFmpeg's libraries read; one pass finds its length, another its parts."""

    def __init__(self, container: Any) -> None:
        if not container.streams.audio:
            raise DamagedMedium("its content is not a sound")
        self._container = container
        self._stream = container.streams.audio[0]
        codec = self._stream.codec_context
        if codec is None or not codec.rate:
            raise DamagedMedium("its sound is in a codec that is not known")
        self.format: str = codec.name.upper()
        self.rate_hz: int = codec.rate
        self.channels: int = codec.channels
        self.played = 1.0
        self.note: str | None = None
        self._begin_s, end_s = self._extent()
        self.frames = max(0, round((end_s - self._begin_s) * self.rate_hz))
        self._require_whole(end_s - self._begin_s)

    @classmethod
    @contextmanager
    def open(cls, file: BinaryIO, head: bytes) -> Iterator[Self]:
        """Open a file; errors of FFmpeg, while it is read as well, are raised as DamagedMedium."""
        import av

        options = {"format_whitelist": _DEMUXERS, "protocol_whitelist": ""}
        try:
            container = av.open(file, container_options=options, metadata_errors="replace")
        except (av.FFmpegError, ValueError) as error:
            raise DamagedMedium(not_a("a sound", head, Modality.AUDIO)) from error
        with container:
            try:
                yield cls(container)
            except av.FFmpegError as error:
                raise DamagedMedium(f"the sound is damaged: {error.strerror}") from error

    def parts(self, starts: Sequence[int], length: int) -> Iterator[NDArray[np.float32]]:
        """Give `length` frames from each start, as `audio.Reader` says.

        The packets are all read and only those that a part needs are decoded, which is exact
        where seeking is not.
        """
        self._container.seek(0)
        waiting = list(starts)
        blocks: list[tuple[int, NDArray[np.float32]]] = []
        for position, samples in self._decoded(starts, length):
            blocks.append((position, samples))
            reached = position + len(samples)
            while waiting and reached >= waiting[0] + length:
                yield self._cut(blocks, waiting.pop(0), length)
                first = waiting[0] if waiting else reached
                blocks = [(at, block) for at, block in blocks if at + len(block) > first]
        for start in waiting:
            yield self._cut(blocks, start, length)

    def _decoded(
        self, starts: Sequence[int], length: int
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Give (position, samples) in order, of at least what the parts need."""
        import av

        resampler = av.AudioResampler(format="fltp")
        wanted = list(starts)
        expected = 0
        for packet in self._container.demux(self._stream):
            if packet.pts is not None:
                time = round((self._seconds(packet.pts) - self._begin_s) * self.rate_hz)
                while wanted and time >= wanted[0] + length + _PREROLL_S * self.rate_hz:
                    wanted.pop(0)
                if not wanted:
                    return
                if time < wanted[0] - _PREROLL_S * self.rate_hz:
                    continue
            for frame in packet.decode():
                if frame.pts is not None:
                    at_s = float(frame.pts * frame.time_base) - self._begin_s
                    at = round(at_s * self.rate_hz)
                    # Time stamps are rounded, often to milliseconds: only a real gap counts.
                    if abs(at - expected) > 0.05 * self.rate_hz:
                        expected = at
                for plain in resampler.resample(frame):
                    samples = plain.to_ndarray().T.astype(np.float32, copy=False)
                    if samples.shape[1] != self.channels:  # a stream may change midway
                        samples = np.repeat(mono(samples)[:, None], self.channels, axis=1)
                    yield expected, samples
                    expected += len(samples)

    def _extent(self) -> tuple[float, float]:
        """Return when the packets of the sound begin and end, in seconds."""
        begin, end = None, 0.0
        for packet in self._container.demux(self._stream):
            if packet.pts is None:
                continue
            time = self._seconds(packet.pts)
            begin = time if begin is None else min(begin, time)
            end = max(end, time + self._seconds(packet.duration or 0))
        if begin is None:
            raise DamagedMedium("it holds no samples")
        return max(begin, 0.0), end

    def _require_whole(self, found_s: float) -> None:
        if not self._container.format.name.startswith(_DECLARING):
            return
        if self._stream.duration is not None:
            declared_s = self._seconds(self._stream.duration)
        elif self._container.duration is not None:
            declared_s = self._container.duration / 1e6
        else:
            return
        if is_short(found_s, declared_s):
            raise truncated(found_s, declared_s)
        self.played = min(1.0, found_s / declared_s) if declared_s > 0 else 1.0

    def _seconds(self, ticks: int) -> float:
        return float(ticks * self._stream.time_base)

    def _cut(
        self, blocks: Sequence[tuple[int, NDArray[np.float32]]], start: int, length: int
    ) -> NDArray[np.float32]:
        """Return frames `start` to `start + length` of positioned blocks, as far as they go."""
        inside = [
            block[max(0, start - at) : start + length - at]
            for at, block in blocks
            if at < start + length and at + len(block) > start
        ]
        return np.concatenate(inside) if inside else np.empty((0, self.channels), np.float32)
