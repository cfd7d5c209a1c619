"""The bytes of originals, as they were indexed or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import IO, TypeAlias

from blake3 import blake3

from embedcurate.errors import MediaError, UnreadableMedium
from embedcurate.items import Item
from embedcurate.media.opening import in_words, open_regular
from embedcurate.media.tables import rows

__all__ = ["Originals", "Sink"]

_CHUNK = 1 << 20
_CHANGED = "it has changed since it was indexed; index again"

Sink: TypeAlias = Callable[[bytes], object]


class Originals:
    """Reads items' bytes, and checks them against the hashes of the collection.

    Rows of text tables are read once, at the start, into a file that nobody sees.
    """

    def __init__(self, rows_: IO[bytes], places: dict[str, tuple[int, int]]) -> None:
        self._rows, self._places = rows_, places

    @classmethod
    @contextmanager
    def of(cls, rows_: Iterable[tuple[bytes, int, str]], scratch: Path) -> Iterator["Originals"]:
        """Lend a reader; `rows_` are the path, row and id of all items that are rows of tables.

        `scratch` is a folder on whose disk the texts of the rows find room.
        """
        with tempfile.TemporaryFile(dir=scratch) as file:
            places = {}
            for path, members in groupby(sorted(rows_), key=lambda one: one[0]):
                ids = {row: id_ for _, row, id_ in members}
                for row, text in _texts(Path(os.fsdecode(path))):
                    if row in ids:
                        data = text.encode()
                        places[ids[row]] = (file.tell(), len(data))
                        file.write(data)
            yield cls(file, places)

    def size(self, item: Item) -> int:
        """Return how many bytes `read` will give, unless it raises."""
        if item.row is not None:
            return self._places.get(item.id, (0, 0))[1]
        with in_words():
            return item.path.stat().st_size

    def read(self, item: Item, sink: Sink) -> int:
        """Pass the bytes of `item` to `sink`, chunk by chunk; return how many they are.

        Raises
        ------
        MediaError
            If they are not there or not those that were indexed; the sink has then had some.
        """
        if item.row is not None:
            if item.id not in self._places:
                raise UnreadableMedium(_CHANGED)
            start, length = self._places[item.id]
            self._rows.seek(start)
            return _checked(item, [self._rows.read(length)], sink)
        with open_regular(item.path) as file:
            return _checked(item, _chunks(file), sink)

    def check(self, item: Item) -> None:
        """Raise `MediaError` unless the bytes of `item` are those that were indexed."""
        self.read(item, len)


def _texts(table: Path) -> Iterator[tuple[int, str]]:
    try:
        for row in rows(table):
            yield row.index, row.text
    except MediaError:
        return  # each of its rows says so when it is asked for


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while True:
        with in_words():  # errors of the sink are not the original's
            chunk = file.read(_CHUNK)
        if not chunk:
            return
        yield chunk


def _checked(item: Item, chunks: Iterable[bytes], sink: Sink) -> int:
    digest, length = blake3(), 0
    for chunk in chunks:
        digest.update(chunk)
        length += len(chunk)
        sink(chunk)
    if digest.hexdigest() != item.content:
        raise UnreadableMedium(_CHANGED)
    return length
