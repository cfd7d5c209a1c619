"""What the colours stand for: categories to filter by, or a scale."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QIcon,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
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
from .filtering import Stance
from .inks import inks, scale_stops

__all__ = ["Legend"]

_DOT_PX = 10
_RAMP_PX = 12
_PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Legend(QWidget):
    """The lines of a colouring; `pressed` brings the clause of one, and whether to leave it out.

    `wanted` comes when the user asks for what is lacking to colour by.
    """

    pressed = Signal(str, bool)
    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = _Lines()
        self._lines.setAccessibleName(self.tr("Legend"))
        self._lines.setAccessibleDescription(
            self.tr("Enter shows a line's items alone, Ctrl+Enter leaves them out.")
        )
        self._lines.pressed_line.connect(self._press)
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
        self,
        colouring: Colouring | None,
        counts: Sequence[int],
        stances: Sequence[Stance],
        action: str = "",
    ) -> None:
        """Show its lines, with how many points of each are shown, and what the query says of it.

        `action` gets what lacks.
        """
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
        entries = colouring.entries if colouring else ()
        self._lines.setVisible(bool(entries))
        if colouring is not self._colouring:
            self._colouring = colouring
            self._lines.clear()
            for entry in entries:
                self._lines.addTopLevelItem(self._line(entry))
        for at, (entry, count, stance) in enumerate(zip(entries, counts, stances, strict=True)):
            line = self._lines.topLevelItem(at)
            assert line is not None
            self._tell(line, entry, count, stance)

    def _line(self, entry: Entry) -> QTreeWidgetItem:
        line = QTreeWidgetItem([entry.text, ""])
        line.setData(0, Qt.ItemDataRole.UserRole, entry.clause)
        line.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if not entry.clause:
            line.setFlags(line.flags() & ~Qt.ItemFlag.ItemIsSelectable)
        return line

    def _tell(self, line: QTreeWidgetItem, entry: Entry, count: int, stance: Stance) -> None:
        theme = colours()
        line.setIcon(0, QIcon(self._dot(int(inks(theme)[entry.code]))))
        line.setText(1, f"{count:,}")
        letters = font(Type.BODY, bold=stance is Stance.IN)
        letters.setStrikeOut(stance is Stance.OUT)
        line.setFont(0, letters)
        tone = theme.reject if stance is Stance.OUT else theme.text if count else theme.faint
        line.setForeground(0, QColor(tone))
        line.setForeground(1, QColor(theme.soft if count else theme.faint))
        told = self.tr("{}: {:,} of {:,} on the map are shown.").format(
            entry.text, count, entry.count
        )
        if entry.clause:
            told += self.tr("\nClick to filter by it, Ctrl-click to leave it out.")
        line.setToolTip(0, told)
        words = {
            Stance.IN: self.tr("{}, chosen"),
            Stance.OUT: self.tr("{}, left out"),
            Stance.NONE: "{}",
        }[stance]
        line.setData(0, Qt.ItemDataRole.AccessibleTextRole, words.format(entry.text))

    def _press(self, line: QTreeWidgetItem, exclude: bool) -> None:
        clause = line.data(0, Qt.ItemDataRole.UserRole)
        if clause:
            self.pressed.emit(clause, exclude)

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


class _Lines(QTreeWidget):
    """Lines to press, by a click, Enter or Space; with Ctrl or the middle button to leave out."""

    pressed_line = Signal(QTreeWidgetItem, bool)

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(_DOT_PX, _DOT_PX))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.setStyleSheet(
            "QTreeView:!focus { background: transparent; border-color: transparent; }"
        )
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press the line under the pointer."""
        super().mouseReleaseEvent(event)
        line = self.itemAt(event.position().toPoint())
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
        if line is not None and event.button() in buttons:
            middle = event.button() is Qt.MouseButton.MiddleButton
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self.pressed_line.emit(line, middle or bool(control))

    def event(self, event: QEvent) -> bool:
        """Keep the keys that press from the shortcuts of the window."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() in _PRESS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the current line."""
        if event.key() in _PRESS and self.currentItem() is not None:
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self.pressed_line.emit(self.currentItem(), bool(control))
        else:
            super().keyPressEvent(event)


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
