"""The rows shown, as a table that Qt's views and screen readers understand."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QLocale,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
)

from ..items import PICKS, Items, Rows
from .wording import Hit, extent, kind, place, score, sentence, title, when

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["COLUMNS", "IDS", "Column", "RowsModel", "files_of", "url_of"]

IDS = "application/x-embedcurate-ids"
"""The kind of data that carries ids of items, one a line, when they are dragged."""

_Index = QModelIndex | QPersistentModelIndex
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: what it shows of an item, and the key that `narrow` sorts it by."""

    title: str
    read: Callable[[Items, int, Hit | None], str]
    width_px: int
    sort: str = ""
    is_number: bool = False


COLUMNS = (
    Column("Name", lambda items, row, hit: title(items, row), 220, "name"),
    Column("Kind", lambda items, row, hit: kind(items, row), 64, "modality"),
    Column("Score", lambda items, row, hit: score(hit), 64, "", is_number=True),
    Column("Match", place, 150),
    Column("Pick", lambda items, row, hit: PICKS[items.pick[row]], 64, "pick"),
    Column("Stars", lambda items, row, hit: "★" * int(items.stars[row]), 72, "stars"),
    Column("Tags", lambda items, row, hit: ", ".join(items.tags.get(row, ())), 140),
    Column("Extent", lambda items, row, hit: extent(items, row), 120, "", is_number=True),
    Column("Size", lambda items, row, hit: _bytes(items, row), 80, "size", is_number=True),
    Column("Changed", lambda items, row, hit: when(items.value("mtime_ns", row)), 150, "mtime_ns"),
    Column("Label", lambda items, row, hit: items.value("label", row) or "", 100, "label"),
    Column("Split", lambda items, row, hit: items.value("split", row) or "", 72, "split"),
    Column("Caption", lambda items, row, hit: items.value("caption", row) or "", 240),
    Column("Folder", lambda items, row, hit: _folder(items, row), 320, "path"),
)


class RowsModel(QAbstractTableModel):
    """The session's rows, one a line; `UserRole` gives the row in `Session.items`.

    `items`, `rows` and `hits` are those of the session, held together: when the collection is read
    anew and its items are not the same, there are no rows until they are found anew.
    """

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._read()
        session.opened.connect(self._renew)
        session.shown.connect(self._read)
        session.marked.connect(self._marked)

    def _read(self) -> None:
        self.beginResetModel()
        session = self._session
        self.items, self.rows, self.hits = session.items, session.rows, session.hits
        self.endResetModel()

    def _renew(self) -> None:
        new = self._session.items
        if len(new) == len(self.items) and np.array_equal(_words(new), _words(self.items)):
            self.items = new
            return
        self.beginResetModel()
        self.items, self.rows, self.hits = new, np.empty(0, np.int64), {}
        self.endResetModel()

    def _marked(self, rows: Rows) -> None:
        positions = np.flatnonzero(np.isin(self.rows, rows))
        if len(positions):
            self.dataChanged.emit(
                self.index(int(positions[0]), 0),
                self.index(int(positions[-1]), len(COLUMNS) - 1),
            )

    def position_of(self, row: int) -> int:
        """Return where a row is shown, -1 if it isn't."""
        found = np.flatnonzero(self.rows == row)
        return int(found[0]) if len(found) else -1

    def text(self, position: int, column: int) -> str:
        """Return what a cell shows."""
        row = int(self.rows[position])
        return COLUMNS[column].read(self.items, row, self.hits.get(row))

    def sentence(self, position: int) -> str:
        """Return what a screen reader says of an item."""
        row = int(self.rows[position])
        return sentence(self.items, row, self.hits.get(row), position, len(self.rows))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        row = int(self.rows[index.row()])
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[index.column()].is_number else _LEFT
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(index.row())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr(COLUMNS[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[section].is_number else _LEFT
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        dragged = Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index) | dragged if index.isValid() else super().flags(index)

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list", "text/plain", IDS]

    def mimeData(self, indexes: Iterable[_Index]) -> QMimeData:
        positions = sorted({index.row() for index in indexes})
        return files_of(self.items, self.rows[positions])


def files_of(items: Items, rows: Iterable[int]) -> QMimeData:
    """Return items as files, with names of any bytes, and as ids for our own views."""
    chosen = [int(row) for row in rows]
    paths = [items.path(row) for row in chosen]
    data = QMimeData()
    data.setUrls([url_of(path) for path in paths])
    data.setText("\n".join(os.fsencode(path).decode(errors="replace") for path in paths))
    data.setData(IDS, QByteArray("\n".join(items.ids_of(chosen)).encode()))
    return data


def url_of(path: Path) -> QUrl:
    """Return the URL of a file whose name may be of any bytes."""
    quoted = quote_from_bytes(os.fsencode(path.absolute()))
    return QUrl.fromEncoded(QByteArray(b"file://" + quoted.encode()))


def _words(items: Items) -> NDArray[np.uint64]:
    return items.ids.view(np.uint64)


def _bytes(items: Items, row: int) -> str:
    size = items.value("size", row)
    return "" if size is None else QLocale().formattedDataSize(size)


def _folder(items: Items, row: int) -> str:
    shown: str = items.value("path", row)
    return shown.rpartition("/")[0]
