"""A part of a panel that folds."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from .icons import icon
from .measures import GAP_PX, ICON_PX, RADIUS_PX, TIGHT_PX, Type, font
from .scheme import colours

__all__ = ["Section"]


class Section(QWidget):
    """A title that folds what is below it; `body` is a column."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header = _Header()
        self._header.toggled.connect(self.unfold)
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 0, 0, GAP_PX)
        self.body.setSpacing(GAP_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT_PX)
        column.addWidget(self._header)
        column.addWidget(self._inside)
        self.name(title)
        self.unfold(True)

    def name(self, title: str) -> None:
        """Give it another title."""
        self._header.setText(title)
        self._header.setAccessibleName(title)

    def unfold(self, on: bool) -> None:
        """Show what is in it, or hide it."""
        self._header.setChecked(on)
        self._inside.setVisible(on)
        said = self.tr("unfolded") if on else self.tr("folded")
        self._header.setAccessibleDescription(said)


class _Header(QAbstractButton):
    """A title with an arrow that says whether what follows is unfolded."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._open = icon("chevron-down", colour="soft")
        self._shut = icon("chevron-right", colour="soft")

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + GAP_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), colours()
        painter.setFont(font(Type.BODY, bold=True))
        painter.setPen(QColor(theme.text))
        left = ICON_PX + TIGHT_PX
        title = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width() - left
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), flags, title)
        arrow = self._open if self.isChecked() else self._shut
        # The glyph has air around it: moved out by that, it stands in line with what is below.
        arrow.paint(painter, QRect(-3, (self.height() - ICON_PX) // 2, ICON_PX, ICON_PX))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS_PX, RADIUS_PX)
