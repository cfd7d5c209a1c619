"""Small pictures of items: of pictures themselves, waveforms of sounds, first words of texts.

They are kept by content, so that copies share one and a changed file gets a new one, in
`COLLECTION/thumbnails/ab/<content>-<size>.jpg` and `<content>.levels`.
"""

import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from embedcurate.collection import Collection
from embedcurate.collection.records import items_to
from embedcurate.collection.schema import ITEMS
from embedcurate.collection.tables import translated
from embedcurate.errors import MediaError, MediumMissing
from embedcurate.items import Item, Modality, Outcome
from embedcurate.media.image import draw
from embedcurate.previews.cache import DiskCache
from embedcurate.previews.sounds import levels
from embedcurate.progress import Progress, ignore

__all__ = ["SIZES_PX", "Thumbnails", "as_jpeg", "key_of"]

SIZES_PX = (128, 256, 512, 1024)
"""The longer sides that are kept; what is asked for is rounded up to one of them."""

_FOLDER = "thumbnails"
_LEVELS = 96
_CHARACTERS = 400
_NOT_THERE = "the file is no longer there"


class Thumbnails:
    """Make the thumbnails of a collection, and keep them on disk; those of texts cost nothing."""

    def __init__(self, collection: Collection, into: Path | None = None) -> None:
        self._collection = collection
        instead = None if into is None else into / _FOLDER
        self._cache = DiskCache(collection.path / _FOLDER, instead)

    def make(
        self, ids: Sequence[str], *, size_px: int, progress: Progress = ignore
    ) -> dict[str, dict[str, Any]]:
        """Return for each id {"image": path}, {"peaks": [0..1, ...]}, {"text"} or {"reason"}.

        Raises `CollectionReadOnly` or `DiskFull` if they can be kept nowhere.
        """
        size_px = next((one for one in SIZES_PX if one >= size_px), SIZES_PX[-1])
        rows = self._collection.tables.rows("items", list(ids), ITEMS.names)
        items = {item.id: item for item in items_to(rows)}
        texts = self._texts([one.id for one in items.values() if one.modality is Modality.TEXT])
        made = {}
        for done, id_ in enumerate(ids):
            progress(done, len(ids), "drawing")
            item = items.get(id_)
            try:
                if item is None:
                    made[id_] = {"reason": "the collection no longer has it"}
                elif item.modality is Modality.TEXT:
                    made[id_] = {"text": texts[id_]} if id_ in texts else _reason(item)
                elif item.modality is Modality.AUDIO:
                    made[id_] = self._sound(item)
                else:
                    made[id_] = self._picture(item, size_px)
            except MediaError as error:
                made[id_] = {"reason": str(error)}
        return made

    def kept(self, item: Item) -> Path | None:
        """Return the largest thumbnail of a picture that is on disk already."""
        found = (self._cache.find(f"{key_of(item)}-{size}.jpg") for size in reversed(SIZES_PX))
        return next((path for path in found if path), None)

    def _picture(self, item: Item, size_px: int) -> dict[str, Any]:
        key = key_of(item)
        if key is None:
            return _reason(item)
        name = f"{key}-{size_px}.jpg"
        if kept := self._cache.find(name):
            return {"image": str(kept)}
        larger = (self._cache.find(f"{key}-{size}.jpg") for size in SIZES_PX if size > size_px)
        source = next((path for path in larger if path), None)
        if source is None and item.outcome is not Outcome.OK:
            return _reason(item)  # what could not be decoded once may end or hang its decoder
        try:
            image, _ = draw(source or item.path, longest_px=size_px)
        except MediumMissing:
            if kept := self.kept(item):
                return {"image": str(kept)}
            raise
        return {"image": str(self._keep(name, as_jpeg(image, quality=85)))}

    def _sound(self, item: Item) -> dict[str, Any]:
        key = key_of(item)
        if key is None:
            return _reason(item)
        name = f"{key}.levels"
        if kept := self._cache.find(name):
            found = np.frombuffer(kept.read_bytes(), np.uint8)
        elif item.outcome is not Outcome.OK:
            return _reason(item)
        else:
            found = levels(item.path, columns=_LEVELS)
            self._keep(name, found.tobytes())
        return {"peaks": np.round(found / 255, 3).tolist()}

    def _keep(self, name: str, data: bytes) -> Path:
        with translated(self._collection.path):
            return self._cache.store(name, data)

    def _texts(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the beginnings of texts, from what was stored for full-text search."""
        if not ids:
            return {}
        wanted = [f"{id_}:0" for id_ in ids]
        rows = self._collection.tables.rows("texts", wanted, ["item", "text"])
        found = zip(rows["item"].to_pylist(), rows["text"].to_pylist(), strict=True)
        return {id_: text.strip()[:_CHARACTERS] for id_, text in found}


def key_of(item: Item) -> str | None:
    """Return what names the content that an item's file has now; None if that can't be told.

    Its hash if the file is as it was indexed, or gone; else what follows from its path and time.
    """
    try:
        status = os.stat(item.path)  # noqa: PTH116 - as in media
    except OSError:
        return item.content
    if item.content and status.st_size == item.size and status.st_mtime_ns <= item.mtime_ns:
        return item.content
    now = f"{status.st_size} {status.st_mtime_ns} ".encode() + os.fsencode(item.path)
    return hashlib.blake2b(now, digest_size=32).hexdigest()


def as_jpeg(image: Image.Image, *, quality: int) -> bytes:
    """Return a picture in RGB as the bytes of a JPEG file."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _reason(item: Item) -> dict[str, Any]:
    return {"reason": item.reason or _NOT_THERE}
