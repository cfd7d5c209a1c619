"""One item, large: a picture, a sound to see and hear, or the whole of a text."""

import io
from pathlib import Path
from typing import Any

import numpy as np

from embedcurate.collection import Collection
from embedcurate.errors import MediaError, MediumMissing
from embedcurate.items import Item, Modality, Segment
from embedcurate.media.image import draw
from embedcurate.media.text import decode
from embedcurate.previews.cache import DiskCache
from embedcurate.previews.sounds import look, stretch
from embedcurate.previews.thumbnails import Thumbnails, as_jpeg, key_of
from embedcurate.progress import Progress, ignore

__all__ = ["preview"]

_LIMIT_BYTES = 1 << 30
_LONGEST_S = 600.0
_MOST_CHARACTERS = 1_000_000


def preview(
    collection: Collection,
    id_: str,
    into: Path,
    *,
    size_px: int = 1600,
    segment: Segment | None = None,
    progress: Progress = ignore,
) -> dict[str, Any]:
    """Return what a window needs to show an item; files are written into the folder `into`.

    Of a picture {"image", "width_px", "height_px"}: a JPEG of which the longer side is at most
    `size_px`, and the size of the file's own; of one whose file is gone, the largest thumbnail that
    was kept. Of a sound {"peaks", "spectrogram", "wav",
    "wav_start_s", "wav_end_s", "duration_s", "rate_hz", "channels", "frequencies_hz"}: see
    `sounds.SoundLook`; the WAV has the stretch of `segment` in seconds, or without one the whole
    sound, or its first ten minutes. Of a text {"text", "passages", "cut"}: at most a million
    characters, and [start, end] of its passages.

    Raises `UnknownItem`, or `MediaError` if the file can't be used.
    """
    [item] = collection.items([id_])
    if item.modality is Modality.TEXT:
        return _text(collection, item)
    cache = DiskCache(into, limit_bytes=_LIMIT_BYTES, flat=True)
    key = key_of(item) or item.id
    if item.modality is Modality.IMAGE:
        try:
            return _picture(item, cache, f"{key}-{size_px}", size_px)
        except MediumMissing:
            if kept := Thumbnails(collection, into).kept(item):
                return {"image": str(kept), **_size(item)}
            raise
    return _sound(item, cache, key, segment, progress)


def _picture(item: Item, cache: DiskCache, key: str, size_px: int) -> dict[str, Any]:
    kept = cache.find(f"{key}.jpg")
    if kept is None:
        image, (width, height) = draw(item.path, longest_px=size_px)
        kept = cache.store(f"{key}.jpg", as_jpeg(image, quality=92))
        return {"image": str(kept), "width_px": width, "height_px": height}
    return {"image": str(kept), **_size(item)}


def _size(item: Item) -> dict[str, int | None]:
    return {"width_px": item.facts.width_px, "height_px": item.facts.height_px}


def _sound(
    item: Item, cache: DiskCache, key: str, segment: Segment | None, progress: Progress
) -> dict[str, Any]:
    names = [f"{key}-{what}.npy" for what in ("peaks", "spectrogram", "facts")]
    files = [cache.find(name) for name in names]
    if None in files:
        seen = look(item.path, progress=progress)
        facts = np.array([seen.duration_s, seen.rate_hz, seen.channels, *seen.frequencies_hz])
        data = [_as_npy(seen.peaks), _as_npy(seen.spectrogram), _as_npy(facts)]
        files = [cache.store(*one) for one in zip(names, data, strict=True)]
    duration_s, rate_hz, channels, *frequencies = np.load(str(files[2])).tolist()
    start_s, end_s = 0.0, min(duration_s, _LONGEST_S)
    if segment is not None:
        start_s, end_s = max(0.0, segment.start), min(segment.end, duration_s)
    name = f"{key}-{start_s:.3f}-{end_s:.3f}.wav"
    wav = cache.find(name) or cache.store(name, stretch(item.path, start_s, end_s))
    return {
        "peaks": str(files[0]),
        "spectrogram": str(files[1]),
        "wav": str(wav),
        "wav_start_s": start_s,
        "wav_end_s": end_s,
        "duration_s": duration_s,
        "rate_hz": int(rate_hz),
        "channels": int(channels),
        "frequencies_hz": frequencies,
    }


def _text(collection: Collection, item: Item) -> dict[str, Any]:
    text = collection.text_of(item.id)
    if item.row is None:
        try:
            text = decode(item.path).text
        except MediaError:
            if not text:
                raise
    parts = collection.segments([item.id]).get(item.id, [])
    passages = [[int(part.start), int(part.end)] for part, _ in parts] or [[0, len(text)]]
    shown = text[:_MOST_CHARACTERS]
    return {"text": shown, "passages": passages, "cut": len(shown) < len(text)}


def _as_npy(array: "np.ndarray[Any, Any]") -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()
