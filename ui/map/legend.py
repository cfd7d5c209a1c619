"""What the colours stand for: categories to filter by, or a scale."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QLinearGradient, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..theme import GAP_PX, TIGHT_PX, Type, colours, font, label
from .colouring import Colouring, Entry
from .inks import inks, scale_stops

__all__ = ["Legend"]

_DOT_PX = 10
_RAMP_PX = 12


class Legend(QWidget):
    """The lines of a colouring; `pressed` brings the clause of the line that was chosen.

    `wanted` comes when the user asks for what is lacking to colour by.
    """

    pressed = Signal(str)
    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = QTreeWidget()
        self._lines.setColumnCount(2)
        self._lines.setHeaderHidden(True)
        self._lines.setRootIsDecorated(False)
        self._lines.setUniformRowHeights(True)
        self._lines.setIconSize(QSize(_DOT_PX, _DOT_PX))
        self._lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lines.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._lines.setStyleSheet(
            "QTreeView:!focus { background: transparent; border-color: transparent; }"
        )
        self._lines.setAccessibleName(self.tr("Legend"))
        self._lines.setAccessibleDescription(self.tr("Choose a line to see its items alone."))
        header = self._lines.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._lines.itemActivated.connect(self._press)
        self._lines.itemClicked.connect(self._press)
        self._ramp = _Ramp()
        self._lacking = label("", tone="soft", wrap=True)
        self._find = QPushButton()
        self._find.clicked.connect(self.wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self._lines, 1)
        for widget in (self._ramp, self._lacking, self._find):
            column.addWidget(widget)
        column.addStretch()
        self._colouring: Colouring | None = None

    def show_colouring(
        self, colouring: Colouring | None, active: frozenset[str], action: str = ""
    ) -> None:
        """Show its lines, those whose clauses are `active` in bold; `action` gets what lacks."""
        lacking = colouring.lacking if colouring else ""
        self._lacking.setText(lacking)
        self._lacking.setVisible(bool(lacking))
        self._find.setText(action)
        self._find.setAccessibleName(action)
        self._find.setVisible(bool(lacking and action))
        scale = colouring is not None and colouring.is_scale
        self._ramp.setVisible(scale)
        if colouring is not None and scale:
            self._ramp.say(colouring.low, colouring.high)
        self._lines.setVisible(colouring is not None and bool(colouring.entries))
        if colouring is not self._colouring:
            self._colouring = colouring
            self._lines.clear()
            for entry in colouring.entries if colouring else ():
                self._lines.addTopLevelItem(self._line(entry))
        palette = inks(colours())
        for at, entry in enumerate(colouring.entries if colouring else ()):
            line = self._lines.topLevelItem(at)
            assert line is not None
            line.setIcon(0, QIcon(self._dot(int(palette[entry.code]))))
            line.setFont(0, font(Type.BODY, bold=entry.clause in active))

    def _line(self, entry: Entry) -> QTreeWidgetItem:
        line = QTreeWidgetItem([entry.text, f"{entry.count:,}"])
        line.setData(0, Qt.ItemDataRole.UserRole, entry.clause)
        line.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.setToolTip(0, entry.text)
        if not entry.clause:
            line.setFlags(line.flags() & ~Qt.ItemFlag.ItemIsSelectable)
        return line

    def _press(self, line: QTreeWidgetItem) -> None:
        clause = line.data(0, Qt.ItemDataRole.UserRole)
        if clause:
            self.pressed.emit(clause)

    def _dot(self, colour: int) -> QPixmap:
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(round(_DOT_PX * ratio), round(_DOT_PX * ratio))
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QRectF(0, 0, _DOT_PX, _DOT_PX))
        painter.end()
        return drawn


class _Ramp(QWidget):
    """A scale of colours with what its ends stand for."""

    def __init__(self) -> None:
        super().__init__()
        self._low, self._high = label("", Type.SMALL), label("", Type.SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, _RAMP_PX + TIGHT_PX, 0, 0)
        row.addWidget(self._low)
        row.addStretch()
        row.addWidget(self._high)

    def say(self, low: str, high: str) -> None:
        """Name the ends."""
        self._low.setText(low)
        self._high.setText(high)
        self.setAccessibleName(self.tr("Scale from {} to {}").format(low, high))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scale over the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stops = scale_stops(colours())
        ramp = QLinearGradient(0, 0, self.width(), 0)
        for at, colour in enumerate(stops):
            ramp.setColorAt(at / (len(stops) - 1), QColor(colour))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ramp)
        painter.drawRoundedRect(QRectF(0, 0, self.width(), _RAMP_PX), 3, 3)
