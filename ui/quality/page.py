"""A list of odd items or disputed labels, with their scores and what can be done with them."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from .. import theme
from ..grid.faces import Faces
from ..grid.tagging import TagDialog
from ..items import Rows
from .odd import Odd, OddModel

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["OddPage"]

_LISTED = 1000
_LINE_PX = 56
_FACE = QSize(64, 48)

_Index = QModelIndex | QPersistentModelIndex


class OddPage(QWidget):
    """A list of items with the scores of all above it, and what can be done with them."""

    to_grid = Signal()

    def __init__(self, session: "Session", *, labels: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._odd: Odd | None = None
        self._modality = ""
        self.model = OddModel(self, labels=labels)
        name = self.tr("Share of neighbours against the label") if labels else self.tr("Oddity")
        self.histogram = theme.Histogram(name, logarithmic=not labels)
        self.histogram.setFixedHeight(88)
        self._count = theme.label("", theme.Type.SMALL)
        self.table = self._make_table(labels=labels)
        self._nothing = theme.EmptyState(
            "check-circle-outline",
            self.tr("No label is disputed") if labels else self.tr("Nothing stands apart"),
            self.tr(
                "Only items with labels are looked at, and those whose neighbours have labels too."
            )
            if labels
            else self.tr("Lower the threshold to see what comes closest."),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._nothing)
        bar = theme.Bar()
        bar.add(self._count)
        bar.stretch()
        self.show_button = bar.button(
            "view-grid-outline", self.tr("Show"), self.show_all, words=True,
            tip=self.tr("Show all that reach the threshold in the grid"),
        )  # fmt: skip
        self.tag_button = bar.button("tag-outline", self.tr("Tag the selected items"), self.tag)
        self.reject_button = bar.button(
            "close-circle-outline", self.tr("Reject the selected items"), self.reject, key="X"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.PAD_PX, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(theme.PAD_PX, 0, theme.PAD_PX, theme.TIGHT_PX)
        top.addWidget(self.histogram)
        column.addLayout(top)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)
        self.histogram.moved.connect(lambda _: self._list())
        chosen = self.table.selectionModel()
        for changed in (chosen.selectionChanged, chosen.currentChanged, self.table.clicked):
            changed.connect(lambda *_: self._selected())
        self.table.activated.connect(lambda _: self._session.select(self._rows_selected()))
        session.thumbnails.made.connect(lambda _: self.table.viewport().update())
        self._selected()

    def _make_table(self, *, labels: bool) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setItemDelegateForColumn(0, FaceDelegate(self._session, table))
        table.setAccessibleName(self.tr("Disputed labels") if labels else self.tr("Odd items"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(True)
        table.setFrameShape(QTableView.Shape.NoFrame)
        lines = table.verticalHeader()
        lines.hide()
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(_LINE_PX)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((280, 130, 130, 72) if labels else (300, 72)):
            header.resizeSection(column, width)
        header.setStretchLastSection(True)
        return table

    def show_odd(self, odd: Odd, threshold: float) -> None:
        """List the items of a run that reach a threshold."""
        self._odd = odd
        if len(odd):
            low = float(np.floor(odd.scores.min() * 10) / 10)
            high = max(float(np.ceil(odd.scores.max() * 10) / 10), low + 0.1)
            self.histogram.set_values(odd.scores, np.linspace(low, high, 51).tolist())
            self.histogram.set_threshold(max(threshold, low))
        self.histogram.setVisible(bool(len(odd)))

    def narrow(self, modality: str) -> None:
        """List only items of a modality, "" for all."""
        self._modality = modality
        self._list()

    def rows(self) -> Rows:
        """Return the rows of all that reach the threshold, the oddest first."""
        if self._odd is None:
            return np.empty(0, np.int64)
        return self._odd.rows[self._places()]

    def _places(self) -> NDArray[np.int64]:
        assert self._odd is not None
        return self._odd.places(threshold=self.histogram.threshold or 0.0, modality=self._modality)

    def _list(self) -> None:
        if self._odd is None:
            return
        places = self._places()
        self.model.show(self._session.items, self._odd.listed(places[:_LISTED]))
        words = self.tr("{:,} items").format(len(places))
        if len(places) > _LISTED:
            words = self.tr("{:,} items, the first {:,} are listed").format(len(places), _LISTED)
        self._count.setText(words)
        self.show_button.setEnabled(bool(len(places)))
        self._stack.setCurrentIndex(0 if len(places) else 1)
        self._selected()

    def _rows_selected(self) -> Rows:
        lines = [index.row() for index in self.table.selectionModel().selectedRows()]
        return np.array([self.model.row(line) for line in lines], np.int64)

    def _selected(self) -> None:
        rows = self._rows_selected()
        for button in (self.tag_button, self.reject_button):
            button.setEnabled(bool(len(rows)))
        if len(rows):
            index = self.table.currentIndex()
            current = self.model.row(index.row()) if index.isValid() else -1
            # Qt tells of the selection before the current line has moved into it.
            self._session.select(rows, current if current in rows else None)

    def show_all(self) -> None:
        """Show all that reach the threshold in the grid."""
        self._session.show(rows=self.rows(), title=self.histogram.accessibleName())
        self.to_grid.emit()

    def tag(self) -> None:
        """Ask for tags for the selected items."""
        rows = self._rows_selected()
        if len(rows):
            TagDialog(self._session, rows, self).open()

    def reject(self) -> None:
        """Reject the selected items."""
        self._session.mark(self._rows_selected(), pick="reject")


class FaceDelegate(QStyledItemDelegate):
    """Paints an item's thumbnail before its name."""

    def __init__(self, session: "Session", parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._faces = Faces(budget_bytes=8 << 20)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint both."""
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        row = index.data(Qt.ItemDataRole.UserRole)
        place = QRect(
            option.rect.left() + theme.GAP_PX,
            option.rect.top() + (option.rect.height() - _FACE.height()) // 2,
            _FACE.width(),
            _FACE.height(),
        )
        thumbnail = self._session.thumbnails.get(row, 128)
        if thumbnail is not None:
            ratio = painter.device().devicePixelRatio()
            face = self._faces.get(row, thumbnail, _FACE, ratio)
            drawn = QRect(place)
            drawn.setSize((face.size() / ratio).boundedTo(_FACE))
            drawn.moveCenter(place.center())
            painter.drawPixmap(drawn.topLeft(), face)
        words = option.rect.adjusted(_FACE.width() + 2 * theme.GAP_PX, 0, -theme.TIGHT_PX, 0)
        painter.setFont(option.font)
        painter.setPen(option.palette.text().color())
        mode = Qt.TextElideMode.ElideMiddle
        painter.drawText(
            words,
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            option.fontMetrics.elidedText(text, mode, words.width()),
        )
