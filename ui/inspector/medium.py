"""An item large, of any modality, with the tools that its modality has."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from ..items import MODALITIES
from ..session import Session
from ..theme import BAR_PX, Bar, icon
from .frame import Frame
from .picture import PictureView
from .pieces import cut_picture, cut_sound, query_of
from .playback import Playback
from .preview import Medium, Picture, Preview, Reading, Sound, Unshown
from .quiet import Quiet
from .reading import words_of
from .sound import SoundView
from .span import Span, clock
from .text import TextView

__all__ = ["MediumView"]


class MediumView(QFrame):
    """Shows the item of a row; `row` is -1 while it shows none. A `compact` one has few tools.

    `framed` and `spanned` come when the user zooms or pans a picture or a sound, `shown` with each
    medium that arrives.
    """

    framed = Signal(object)
    spanned = Signal(object)
    shown = Signal(object)

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        size_px: int = 1024,
        compact: bool = False,
    ) -> None:
        super().__init__(parent)
        self._session, self._size_px, self._compact = session, size_px, compact
        self._medium: Medium | None = None
        self._wanted: tuple[float, float | None] | None = None
        self._preview = Preview(session, self)
        self._preview.arrived.connect(self._show_medium)
        session.shown.connect(self._searched)
        session.opened.connect(self._drop)
        self.playback = Playback(self)
        self.playback.moved.connect(self._heard)
        self.playback.changed.connect(self._tell_sound)
        self.picture, self.sound, self.text = PictureView(), SoundView(), TextView()
        self.picture.wanted.connect(self._preview.sharpen)
        self.picture.framed.connect(self.framed)
        self.picture.scaled.connect(self._tell_picture)
        self.picture.region.connect(self.search_region)
        self.sound.spanned.connect(self.spanned)
        self.sound.spanned.connect(lambda _: self._tell_sound())
        self.sound.sought.connect(self._sought)
        self.sound.stretched.connect(lambda _: self._tell_sound())
        self._trouble = Quiet("image-broken-variant")
        self._stack = QStackedWidget()
        self._tools = QStackedWidget()
        self._tools.setFixedHeight(BAR_PX)
        self._of: dict[type, tuple[QWidget, QWidget]] = {
            Picture: (self.picture, self._picture_bar()),
            Sound: (self.sound, self._sound_bar()),
            Reading: (self.text, self._text_bar()),
            Unshown: (self._trouble, Bar()),
            type(None): (QWidget(), Bar()),
        }
        for view, bar in self._of.values():
            self._stack.addWidget(view)
            self._tools.addWidget(bar)
        column = QVBoxLayout(self)
        column.setSpacing(0)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack, 1)
        column.addWidget(self._tools)
        self._turn_to(None)

    @property
    def row(self) -> int:
        """The row that is shown or about to be."""
        return self._preview.row

    @property
    def medium(self) -> Medium | None:
        """What is shown of it so far."""
        return self._medium

    def show_row(self, row: int) -> None:
        """Show the item at `row`, -1 for none."""
        if row == self._preview.row:
            return
        self.playback.load(None)
        kind = type(self._medium)
        self._medium = self._wanted = None
        size = max(
            self._size_px, round(max(self.width(), self.height()) * self.devicePixelRatioF())
        )
        self._preview.show(row, size_px=size)
        if row < 0:
            self._turn_to(None)
        elif self._medium is None:
            # The view stays as it is, empty, until the medium comes: less flicker.
            self._clear(kind)

    def _drop(self) -> None:
        """Show nothing: what was shown may be another row by now, or none."""
        self.playback.load(None)
        self._medium = self._wanted = None
        self._turn_to(None)

    def _searched(self) -> None:
        """Show the item anew, if another search found another part of it or by other words."""
        row, session = self.row, self._session
        other_words = isinstance(self._medium, Reading) and self.text.words != words_of(
            session.query
        )
        if row >= 0 and (other_words or self._preview.found(row) != self._preview.hit):
            self._preview.stop()
            self.show_row(row)

    def set_frame(self, frame: Frame) -> None:
        """Show another part of the picture, as a linked view does."""
        self.picture.set_frame(frame)

    def set_span(self, span: Span) -> None:
        """Show other seconds of the sound, as a linked view does."""
        self.sound.set_span(span)

    def play(self) -> None:
        """Play the sound from the cursor or the marked stretch, or stop it."""
        if self.playback.is_playing:
            self.playback.stop()
        elif isinstance(self._medium, Sound):
            start, end = self.sound.stretch or (self.sound.at_s, None)
            if start >= self._medium.duration_s:
                start = 0.0
            self._play_from(self._medium, start, end)

    def _play_from(self, sound: Sound, start_s: float, until_s: float | None) -> None:
        if sound.wav_start_s <= start_s < sound.wav_end_s:
            self._wanted = None
            self.playback.play(start_s, until_s)
        else:
            self._wanted = (start_s, until_s)
            self._preview.hear(start_s)

    def search_region(self, region: QRect) -> None:
        """Search by a rectangle of the picture."""
        if isinstance(medium := self._medium, Picture):
            self.picture.crops = False
            self._crop.setChecked(False)
            self._search(lambda folder, name: cut_picture(medium, region, folder, name))

    def search_stretch(self) -> None:
        """Search by the marked stretch of the sound."""
        medium, stretch = self._medium, self.sound.stretch
        if isinstance(medium, Sound) and stretch:
            self._search(lambda folder, name: cut_sound(medium, stretch, folder, name))

    def _search(self, cut: Callable[[Path, str], Path]) -> None:
        name = Path(self._session.items.name(self.row)).stem
        try:
            file = cut(self._session.folder / "pieces", name)
        except OSError as error:
            self._session.said.emit(
                "error", self.tr("The piece to search by can't be written: {}").format(error)
            )
            return
        modality = MODALITIES[self._session.items.modality[self.row]]
        self._session.show(query_of(file, modality))

    def _show_medium(self, medium: Medium) -> None:
        first = self._medium is None
        self._medium = medium
        match medium:
            case Picture():
                self.picture.show_picture(medium)
                self.picture.setAccessibleDescription(self._session.items.name(medium.row))
            case Sound():
                if first:
                    self.sound.show_sound(medium)
                self.playback.load(medium.wav, medium.wav_start_s)
                self._tell_sound()
                if self._wanted:
                    self._play_from(medium, *self._wanted)
            case Reading():
                self.text.show_text(medium, words_of(self._session.query))
                self._tell_text(medium)
            case Unshown():
                self._trouble.say(medium.reason)
        self._turn_to(medium)
        if first or isinstance(medium, Picture):
            self.shown.emit(medium)

    def _clear(self, kind: type) -> None:
        if kind is Picture:
            self.picture.show_picture(None)
        elif kind is Sound:
            self.sound.show_sound(None)
        elif kind is Reading:
            self.text.show_text(None)
        else:
            self._turn_to(None)

    def _turn_to(self, medium: Medium | None) -> None:
        view, bar = self._of[type(medium)]
        self._stack.setCurrentWidget(view)
        self._tools.setCurrentWidget(bar)
        self._tools.setVisible(isinstance(medium, Sound) or not self._compact)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the focus on: a proxy that changes ties the way of Tab in a knot."""
        if (view := self._stack.currentWidget()) is not None:
            view.setFocus(event.reason())

    def _picture_bar(self) -> Bar:
        bar = Bar()
        bar.button("fit-to-page-outline", self.tr("Fit"), self.picture.fit, key="Z")
        bar.button("numeric-1-box-outline", self.tr("Actual pixels"), self.picture.actual)
        self._percent = bar.note()
        bar.stretch()
        self._crop = bar.button(
            "crop",
            self.tr("Search by a part"),
            self._toggle_crop,
            checkable=True,
            tip=self.tr("Draw a rectangle, and search by what is in it"),
        )
        self._seen = bar.button(
            "image-search-outline",
            self.tr("Search by what is in view"),
            lambda: self.search_region(self.picture.seen()),
        )
        return bar

    def _toggle_crop(self) -> None:
        self.picture.crops = self._crop.isChecked()

    def _tell_picture(self) -> None:
        percent = self.picture.percent
        self._percent.setText(f"{percent:.0f} %" if percent >= 1 else "")
        self._seen.setEnabled(self.picture.frame.zoom > 1)

    def _sound_bar(self) -> Bar:
        bar = Bar()
        self._play = bar.button("play", self.tr("Play"), self.play)
        self._clock = bar.note()
        bar.stretch()
        self._whole = bar.button("arrow-expand-horizontal", self.tr("Whole sound"), self.sound.fit)
        self._by_stretch = bar.button(
            "waveform",
            self.tr("Search by this stretch"),
            self.search_stretch,
            tip=self.tr("Drag over the sound to mark a stretch, then search by it"),
        )
        return bar

    def _sought(self, seconds: float) -> None:
        self.playback.seek(seconds)
        self._tell_sound()

    def _heard(self, seconds: float) -> None:
        self.sound.set_cursor(seconds)
        self._tell_sound()

    def _tell_sound(self) -> None:
        sound, playback = self.sound.sound, self.playback
        if sound is None:
            return
        playing = playback.is_playing
        words = self.tr("Pause") if playing else self.tr("Play")
        if self._play.text() != words:
            self._play.setIcon(icon("pause" if playing else "play"))
            self._play.setText(words)
            self._play.setAccessibleName(words)
            self._play.setToolTip(words)
        stretch = self.sound.stretch
        marked = f"{clock(stretch[0])} \N{EN DASH} {clock(stretch[1])}" if stretch else ""
        place = f"{clock(self.sound.at_s)} / {clock(sound.duration_s)}"
        self._clock.setText(playback.trouble or marked or place)
        self._by_stretch.setEnabled(stretch is not None)
        self._whole.setEnabled(self.sound.span.length < sound.duration_s)

    def _text_bar(self) -> Bar:
        bar = Bar()
        self._length = bar.note()
        bar.stretch()
        self._found = bar.button(
            "text-search", self.tr("Go to the passage that was found"), self.text.go_to_found
        )
        return bar

    def _tell_text(self, reading: Reading) -> None:
        length = self.tr("{:,} characters").format(len(reading.text))
        self._length.setText(self.tr("The first {}").format(length) if reading.is_cut else length)
        self._found.setEnabled(reading.hit is not None)
