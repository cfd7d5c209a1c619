"""Sounds to hear. Qt's multimedia is loaded beside the window once a sound is there to be heard."""

from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QObject, QTimer, QUrl, Signal

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QMediaPlayer

__all__ = ["Playback", "warm_up"]

_TICK_MS = 33


@cache
def warm_up() -> Thread:
    """Load Qt's multimedia in a thread that ends by itself, which is returned; only once.

    Without, the first press of Play would hold the window up for as long as the disk takes.
    """
    thread = Thread(target=_load, name="multimedia")
    thread.start()
    return thread


def _load() -> None:
    paths = QLibraryInfo.LibraryPath
    libraries = Path(QLibraryInfo.path(paths.LibrariesPath))
    plugins = Path(QLibraryInfo.path(paths.PluginsPath)) / "multimedia"
    files = [*plugins.glob("*"), *libraries.glob("libav*"), *libraries.glob("libsw*")]
    try:
        for file in {file.resolve() for file in files}:
            file.read_bytes()
        import_module("PySide6.QtMultimedia")
    except (ImportError, OSError):  # it is told when a sound is played
        return


class Playback(QObject):
    """Plays one sound at a time.

    `moved` brings the second that is heard, `changed` comes when it starts, stops or can't play:
    then `trouble` says why.
    """

    moved = Signal(float)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trouble = ""
        self._file: Path | None = None
        self._player: QMediaPlayer | None = None
        self._offset_s = self._start_s = 0.0
        self._until_s: float | None = None
        self._wanted = self._is_new = False
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._follow)

    @property
    def is_playing(self) -> bool:
        """Whether it is heard, or about to be."""
        return self._wanted

    def load(self, file: Path | None, start_s: float = 0.0) -> None:
        """Have that file ready, which begins at a second of its sound; what was played stops."""
        self.stop()
        self._file, self._offset_s, self.trouble = file, start_s, ""
        if self._player is not None:
            self._player.setSource(QUrl())
        elif file is not None:
            warm_up()
        self.changed.emit()

    def play(self, start_s: float, until_s: float | None = None) -> None:
        """Play from a second on, to another one or to the end."""
        if self._file is None:
            return
        if self._player is None:
            self._player = self._made()
        if self._player is not None:
            self._start_s, self._until_s, self._wanted = start_s, until_s, True
            source = QUrl.fromLocalFile(str(self._file))
            if self._player.source() != source:
                self._is_new = True
                self._player.setSource(source)
            else:
                self._begin()
        self.changed.emit()

    def stop(self) -> None:
        """Be silent."""
        self._tick.stop()
        if self._player is not None and self._wanted:
            self._wanted = False
            self._player.pause()
            self.changed.emit()

    def seek(self, seconds: float) -> None:
        """Go on from there, if it is playing."""
        if self._player is not None and self._wanted:
            self._until_s = None
            self._go_to(seconds)

    def _made(self) -> "QMediaPlayer | None":
        try:
            from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer
        except ImportError:  # the system lacks a library for sound
            self.trouble = self.tr("No audio output")
            return None
        if not QMediaDevices.audioOutputs():
            self.trouble = self.tr("No audio output")
            return None
        player = QMediaPlayer(self)
        player.setAudioOutput(QAudioOutput(self))
        player.mediaStatusChanged.connect(self._state)
        player.errorOccurred.connect(self._failed)
        return player

    def _begin(self) -> None:
        assert self._player is not None
        self._go_to(self._start_s)
        self._player.play()
        self._tick.start()

    def _go_to(self, seconds: float) -> None:
        assert self._player is not None
        self._player.setPosition(round((seconds - self._offset_s) * 1000))

    def _state(self, status: "QMediaPlayer.MediaStatus") -> None:
        assert self._player is not None
        kinds = type(status)
        # A jump within a sound is told as if it were loaded anew.
        if status is kinds.LoadedMedia and self._wanted and self._is_new:
            self._is_new = False
            self._begin()
        elif status is kinds.EndOfMedia:
            self.stop()

    def _failed(self, error: object, sentence: str) -> None:
        self._wanted = False
        self._tick.stop()
        self.trouble = self.tr("This sound can't be played: {}.").format(sentence)
        self.changed.emit()

    def _follow(self) -> None:
        if self._player is None:
            return
        seconds = self._player.position() / 1000 + self._offset_s
        self.moved.emit(seconds)
        if self._until_s is not None and seconds >= self._until_s:
            self.stop()
