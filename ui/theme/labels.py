"""Words and glyphs: labels in the sizes of the type scale, elided ones, icons that stand alone."""

from PySide6.QtCore import QEvent, QLocale, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from .icons import icon
from .measures import ICON_PX, Type

__all__ = ["ElidedLabel", "Glyph", "counted", "label"]


def label(text: str = "", kind: Type = Type.BODY, *, tone: str = "", wrap: bool = False) -> QLabel:
    """Return a label of that size; `tone` is ``soft``, ``faint`` or ``error``, or none of them."""
    made = QLabel(text)
    made.setProperty("type", str(kind))
    if tone:
        made.setProperty("tone", tone)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    return made


def counted(number: int, one: str, many: str) -> str:
    """Return ``1 picture`` or ``1,204 pictures``, the number as the user's language writes it."""
    return f"{QLocale().toString(number)} {one if number == 1 else many}"


class ElidedLabel(QLabel):
    """A line of text that gives way: what does not fit becomes dots, and a tooltip says it all."""

    def __init__(
        self,
        text: str = "",
        kind: Type = Type.BODY,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("type", str(kind))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def elided(self) -> str:
        """Return what is seen of the text."""
        text = self.text().replace("\n", " ")
        return self.fontMetrics().elidedText(text, self._mode, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:
        """Leave room for a letter and the dots."""
        hint = super().minimumSizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("M…"), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the whole text in a tooltip while some of it is hidden."""
        super().resizeEvent(event)
        self.setToolTip(self.text() if self.elided() != self.text() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.contentsRect(), self.alignment(), self.elided())


class Glyph(QWidget):
    """An icon that stands alone, in a colour of the theme."""

    def __init__(
        self,
        name: str,
        *,
        size_px: int = ICON_PX,
        colour: str = "soft",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._colour = colour
        self._icon = icon(name, colour=colour)
        self.setFixedSize(size_px, size_px)

    def show_icon(self, name: str, *, colour: str | None = None) -> None:
        """Show another icon."""
        self._colour = colour or self._colour
        self._icon = icon(name, colour=self._colour)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew in another scheme."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon."""
        self._icon.paint(QPainter(self), self.rect())
