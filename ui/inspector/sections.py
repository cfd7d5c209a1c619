"""What a panel is made of: sections that fold, tables of facts, and a quiet word."""

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..theme import (
    GAP_PX,
    ICON_PX,
    RADIUS_PX,
    TIGHT_PX,
    ElidedLabel,
    Glyph,
    Type,
    colours,
    font,
    icon,
    label,
)
from .facts import Fact

__all__ = ["FactsTable", "Quiet", "Section"]

_NAMES_PX = 96


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


class FactsTable(QWidget):
    """Names and values in two columns; each value can be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[_Line] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP_PX)
        self._grid.setVerticalSpacing(TIGHT_PX // 2)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Iterable[Fact]) -> None:
        """Show facts."""
        shown = list(facts)
        while len(self._lines) < len(shown):
            self._lines.append(_Line(self._grid, len(self._lines)))
        for at, line in enumerate(self._lines):
            line.show_fact(shown[at] if at < len(shown) else None)
        self._grid.setRowStretch(len(self._lines), 1)


class _Line:
    """A name and a value in a grid, used for one fact after the other: new labels take long."""

    def __init__(self, grid: QGridLayout, at: int) -> None:
        self.fact: Fact | None = None
        self._name = label("", Type.SMALL, wrap=True)
        self._name.setFixedWidth(_NAMES_PX)
        self._value = label("", wrap=True)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._long = ElidedLabel("", mode=Qt.TextElideMode.ElideMiddle)
        grid.addWidget(self._name, at, 0, Qt.AlignmentFlag.AlignTop)
        for value in (self._value, self._long):
            grid.addWidget(value, at, 1, Qt.AlignmentFlag.AlignTop)
            copy = QAction(value.tr("Copy"), value)
            copy.triggered.connect(self._copy)
            value.addAction(copy)
            value.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_fact(self, fact: Fact | None) -> None:
        """Show a fact, or nothing."""
        if fact != self.fact:
            self.fact = fact
            value = self._long if fact and fact.is_long else self._value
            if fact:
                self._name.setText(fact.name)
                value.setText(fact.value)
                value.setAccessibleName(f"{fact.name}: {fact.value}")
            self._name.setVisible(fact is not None)
            self._value.setVisible(fact is not None and value is self._value)
            self._long.setVisible(fact is not None and value is self._long)

    def _copy(self) -> None:
        if self.fact:
            QGuiApplication.clipboard().setText(self.fact.value)


class Quiet(QWidget):
    """An icon and a sentence in the middle of what is empty."""

    def __init__(self, name: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label(text, tone="soft", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PX * 2, GAP_PX, GAP_PX * 2, GAP_PX)
        column.setSpacing(GAP_PX)
        column.addStretch(2)
        column.addWidget(Glyph(name, size_px=40, colour="faint"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._text)
        column.addStretch(3)

    def say(self, text: str) -> None:
        """Say something else."""
        self._text.setText(text)
        self.setAccessibleName(text)
