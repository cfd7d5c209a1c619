"""The media of items, read once more from the originals."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from embedcurate.collection.collection import Collection
from embedcurate.errors import MediaError
from embedcurate.items import Item
from embedcurate.media.audio import Sound
from embedcurate.media.image import Picture
from embedcurate.media.pool import DecoderPool, Pending
from embedcurate.media.text import Document

__all__ = ["media_of"]

_AHEAD = 16


def media_of(
    collection: Collection, items: Iterable[Item], decoders: DecoderPool
) -> Iterator[Picture | Sound | str | None]:
    """Yield the medium of each item, in order; None if its file is not what was indexed any more.

    A few are decoded ahead. The rows of a table come from the store.
    """
    coming = iter(items)
    waiting: deque[tuple[Item, Pending | None]] = deque()
    while True:
        for item in islice(coming, _AHEAD - len(waiting)):
            started = decoders.decode(item.path, item.modality) if item.row is None else None
            waiting.append((item, started))
        if not waiting:
            return
        item, pending = waiting.popleft()
        if pending is None:
            yield collection.text_of(item.id)
        else:
            yield _medium(item, pending, decoders)


def _medium(item: Item, pending: Pending, decoders: DecoderPool) -> Picture | Sound | str | None:
    try:
        decoded = decoders.result(pending)
    except MediaError:
        return None
    if isinstance(decoded, str) or decoded.content != item.content:
        return None
    match decoded.medium:
        case Document(text=text):
            return text
        case Picture() | Sound() as medium:
            return medium
    return None  # it has become a table
