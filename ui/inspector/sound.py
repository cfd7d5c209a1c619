"""A sound to look at: its waveform and its spectrogram over one axis of time."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ..theme import colours
from .preview import Sound, Stretch
from .ringed import Ringed
from .sounddrawing import RULER_PX, SoundDrawing
from .span import Span, clock

__all__ = ["SoundView"]

_WHEEL = 1.0015
_STEP = 1.5
_DRAG_PX = 4
_SEEK_S = 1.0


class SoundView(Ringed):
    """Shows a sound; a click is a place to play from, a drag marks a stretch, the wheel zooms.

    `sought` brings seconds, `stretched` a start and end or None, `spanned` the `Span` that the
    user went to.
    """

    sought = Signal(float)
    stretched = Signal(object)
    spanned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Sound"), parent)
        self.setMinimumSize(120, 80)
        self._sound: Sound | None = None
        self._span = Span(0.0, 1.0)
        self._longest_s = 1.0
        self._at_s = 0.0
        self._stretch: Stretch | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._drawing = SoundDrawing()

    @property
    def sound(self) -> Sound | None:
        """What is shown."""
        return self._sound

    @property
    def span(self) -> Span:
        """The seconds that are seen."""
        return self._span

    @property
    def stretch(self) -> Stretch | None:
        """The seconds that the user marked."""
        return self._stretch

    @property
    def at_s(self) -> float:
        """Where the cursor stands."""
        return self._at_s

    def show_sound(self, sound: Sound | None) -> None:
        """Show a sound from its start to its end, the cursor where its hit begins."""
        self._sound = sound
        self._stretch = None
        self._longest_s = sound.duration_s if sound and sound.duration_s > 0 else 1.0
        self._span = Span(0.0, self._longest_s)
        self._at_s = sound.hit[0] if sound and sound.hit else 0.0
        self.update()

    def set_longest(self, seconds: float) -> None:
        """Let the axis of time go as far as that, so that sounds of several lengths share it."""
        self._longest_s = max(seconds, self._sound.duration_s if self._sound else 0.0) or 1.0
        self._span = Span(0.0, self._longest_s)
        self.update()

    def set_span(self, span: Span) -> None:
        """Show other seconds; says nothing, so that linked views can set each other's."""
        self._span = span.held(self._longest_s)
        self.update()

    def set_cursor(self, seconds: float) -> None:
        """Put the cursor there, and keep it in view while the sound is zoomed."""
        self._at_s = seconds
        if self._span.length < self._longest_s and not (
            self._span.start <= seconds <= self._span.end
        ):
            self._user(self._span.panned(seconds - self._span.start, self._longest_s))
        self.update()

    def zoom(self, factor: float, second: float | None = None) -> None:
        """Come closer by `factor` at a second, the cursor without one."""
        if self._sound is not None:
            second = self._at_s if second is None else second
            if not self._span.start <= second <= self._span.end:
                second = (self._span.start + self._span.end) / 2
            self._user(self._span.zoomed(factor, second, self._longest_s))

    def fit(self) -> None:
        """Show the whole sound."""
        self._user(Span(0.0, self._longest_s))

    def mark(self, stretch: Stretch | None) -> None:
        """Mark a stretch, or none."""
        if stretch != self._stretch:
            self._stretch = stretch
            self.stretched.emit(stretch)
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for wave and spectrogram."""
        return QSize(320, 220)

    def _user(self, span: Span) -> None:
        if span != self._span:
            self._span = span
            self.spanned.emit(span)
            self.update()

    def _second(self, x: float) -> float:
        second = self._span.second_at(x, max(self.width(), 1))
        return min(max(second, 0.0), self._sound.duration_s if self._sound else 0.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint wave, spectrogram and ruler, what was found and marked, and the cursor."""
        painter = QPainter(self)
        theme = colours()
        painter.fillRect(self.rect(), QColor(theme.canvas))
        if self._sound is None:
            return
        self._drawing.paint(painter, self.size(), self._sound, self._span, self._stretch)
        x = self._span.x_of(self._at_s, self.width())
        painter.setPen(QPen(QColor(theme.text), 1.5))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height() - RULER_PX))
        self.paint_ring(painter)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; sideways or with Shift, go along."""
        delta = event.angleDelta()
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        along = delta.x() or (delta.y() if shifted else 0)
        if along:
            self._user(self._span.panned(-along / 960 * self._span.length, self._longest_s))
        else:
            self.zoom(_WHEEL ** delta.y(), self._second(event.position().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() is not Qt.MouseButton.LeftButton or self._sound is None:
            event.ignore()
            return
        self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what is dragged over."""
        if self._pressed is None:
            return
        if not self._dragged and abs(event.position().x() - self._pressed.x()) < _DRAG_PX:
            return
        self._dragged = True
        start, end = sorted((self._second(self._pressed.x()), self._second(event.position().x())))
        self.mark((start, end) if end > start else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Seek, if nothing was dragged."""
        if self._pressed is not None and not self._dragged:
            self.mark(None)
            self._seek(self._second(event.position().x()))
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole sound."""
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by + and -, seek by Shift and arrows, mark from and to the cursor by [ and ]."""
        key, sound = event.key(), self._sound
        if key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _STEP)
        elif sound is None:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_BracketLeft:
            end = self._stretch[1] if self._stretch else sound.duration_s
            self.mark((self._at_s, end) if end > self._at_s else None)
        elif key == Qt.Key.Key_BracketRight:
            start = self._stretch[0] if self._stretch else 0.0
            self.mark((start, self._at_s) if self._at_s > start else None)
        elif key == Qt.Key.Key_Escape and self._stretch:
            self.mark(None)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier and key in {
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
        }:
            step = _SEEK_S if key == Qt.Key.Key_Right else -_SEEK_S
            self._seek(min(max(self._at_s + step, 0.0), sound.duration_s))
        else:
            super().keyPressEvent(event)

    def _seek(self, seconds: float) -> None:
        self.set_cursor(seconds)
        self.setAccessibleDescription(self.tr("At {}").format(clock(seconds)))
        self.sought.emit(seconds)
