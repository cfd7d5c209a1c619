"""One of the items that are compared."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ..inspector.facts import Fact, in_short
from ..inspector.medium import MediumView
from ..items import PICKS
from ..session import Document, Session
from ..theme import (
    GAP_PX,
    PAD_PX,
    Bar,
    ElidedLabel,
    FlowLayout,
    Glyph,
    StarRating,
    Type,
    colours,
    font,
    tool,
)
from .model import compared

__all__ = ["Pane"]

_FACT_PX = 144
_FACTS_SHARE = 0.4


class Pane(QFrame):
    """Shows an item with its name, marks and facts.

    `focused` comes when the user turns to it, `removed` when they take it out.
    """

    focused = Signal()
    removed = Signal()

    def __init__(self, session: Session, row: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self.row, self.id = session, row, session.items.id_of(row)
        self.document: Document = {}
        self._current = False
        self.medium = MediumView(session, compact=True)
        self._name = ElidedLabel("", Type.TITLE, mode=Qt.TextElideMode.ElideMiddle)
        self._pick = Glyph("flag", colour="pick")
        self.stars = StarRating(self.tr("Stars"))
        self.stars.rated.connect(lambda stars: session.mark([self.row], stars=stars))
        bar = Bar()
        bar.add(self._pick)
        bar.add(self._name, 1)
        bar.add(self.stars)
        bar.add(tool("close", self.tr("Take out of the comparison"), self.removed.emit))
        facts = QWidget()
        self._flow = FlowLayout(facts, spacing_px=GAP_PX)
        self._flow.setContentsMargins(PAD_PX, GAP_PX, PAD_PX, GAP_PX)
        self.below = QScrollArea()
        self.below.setWidget(facts)
        self.below.setWidgetResizable(True)
        self.below.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.below.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.below.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.medium, 1)
        column.addWidget(self.below)
        for view in self.views:
            view.installEventFilter(self)
        self.medium.show_row(row)
        self.tell()

    @property
    def views(self) -> tuple[QWidget, ...]:
        """What takes the keyboard in it, of each modality."""
        return (self.medium.picture, self.medium.sound, self.medium.text)

    def set_current(self, current: bool) -> None:
        """Draw it as the one that keys act upon, or not."""
        self._current = current
        self.update()

    def tell(self) -> None:
        """Show name and marks."""
        items = self._session.items
        if not 0 <= self.row < len(items):
            return
        name = items.name(self.row)
        self._name.setText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(in_short(items, self.row))
        pick = PICKS[items.pick[self.row]]
        self._pick.setVisible(bool(pick))
        if pick:
            self._pick.show_icon("flag" if pick == "pick" else "close-thick", colour=pick)
        self.stars.set_stars(int(items.stars[self.row]))

    def tell_facts(self, differ: frozenset[str]) -> None:
        """Show what is known of the item; what `differ` among the items stands out."""
        facts = compared(self.document, differ) if self.document else ()
        self._flow.fill(_cell(fact, stands_out=fact.key in differ) for fact in facts)
        self._fit_facts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the facts the rows that they need in this width, but leave the most to the item."""
        super().resizeEvent(event)
        self._fit_facts()

    def _fit_facts(self) -> None:
        needed = self._flow.heightForWidth(self.contentsRect().width()) if self._flow.count() else 0
        self.below.setFixedHeight(min(needed, round(self.height() * _FACTS_SHARE)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when the user turns to what is in it."""
        if event.type() is QEvent.Type.FocusIn:
            self.focused.emit()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Turn to it."""
        self.medium.setFocus()
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a frame around the one that keys act upon."""
        painter, theme = QPainter(self), colours()
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.setPen(QPen(QColor(theme.accent if self._current else theme.line), 2))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))


def _cell(fact: Fact, *, stands_out: bool) -> QWidget:
    """Return a fact as wide as all others, so that those of several panes stand in columns."""
    cell = QWidget()
    cell.setFixedWidth(_FACT_PX)
    value = ElidedLabel(fact.value)
    value.setFont(font(Type.BODY, bold=stands_out))
    value.setAccessibleName(f"{fact.name}: {fact.value}")
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(ElidedLabel(fact.name, Type.SMALL))
    column.addWidget(value)
    return cell
