"""The start page: drop a folder, open a collection, or try the sample."""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..preferences.recent import Recent
from ..session import Session
from ..theme import (
    GAP_PX,
    PAD_PX,
    RADIUS_PX,
    ROOM_PX,
    WIDE_PX,
    Banner,
    Card,
    Glyph,
    Type,
    colours,
    icon,
    label,
    tool,
)
from .model import is_collection

__all__ = ["WelcomeView", "dropped"]

_SIDE_PX = 380
_WIDEST_PX = 1100


def dropped(data: QMimeData) -> list[Path]:
    """Return the files and folders that are dragged or pasted."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class WelcomeView(QWidget):
    """What is seen before a collection is open.

    `open_collection` brings the folder of a collection, `create_collection` the sources (maybe none
    yet) of one that is to be made, `sample` asks for the sample that ships.
    """

    open_collection = Signal(Path)
    create_collection = Signal(list)
    sample = Signal()

    def __init__(self, session: Session, recent: Recent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = recent
        self.banner = Banner()
        self._place = _DropPlace()
        self._place.chosen.connect(self._take)
        self._side = QVBoxLayout()
        self._side.setSpacing(GAP_PX)
        self._side.setContentsMargins(0, 0, 0, 0)
        side = QWidget()
        side.setLayout(self._side)
        area = QScrollArea()
        area.setWidget(side)
        area.setWidgetResizable(True)
        area.setFixedWidth(_SIDE_PX)
        for plain in (side, area.viewport()):
            plain.setAutoFillBackground(False)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        columns = QHBoxLayout()
        columns.setSpacing(ROOM_PX)
        columns.addWidget(self._place, 1)
        columns.addWidget(area)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST_PX)
        inner = QVBoxLayout(middle)
        inner.setSpacing(GAP_PX)
        inner.addWidget(label(self.tr("embedcurate"), Type.HEADLINE))
        inner.addWidget(
            label(
                self.tr("Turn folders of pictures, sounds and texts into a good dataset."),
                tone="soft",
            )
        )
        inner.addSpacing(WIDE_PX)
        inner.addWidget(self.banner)
        inner.addLayout(columns, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(ROOM_PX, ROOM_PX, ROOM_PX, ROOM_PX)
        row.addStretch(1)
        row.addWidget(middle, 1000)
        row.addStretch(1)
        self.refresh()
        session.opened.connect(self.refresh)

    def refresh(self) -> None:
        """Read the recent collections anew: one may have come, or its disk may have gone."""
        while self._side.count():
            item = self._side.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        paths = self._recent.paths()
        if paths:
            self._side.addWidget(label(self.tr("Recent collections"), Type.TITLE))
        for path in paths:
            self._side.addWidget(self._card(path))
        words = self.tr("Open another collection…") if paths else self.tr("Open a collection…")
        browse = QPushButton(icon("folder-open-outline"), words)
        browse.setAccessibleName(words.removesuffix("…"))
        browse.clicked.connect(self._browse)
        if paths:
            self._side.addSpacing(GAP_PX)
        else:
            self._side.addWidget(label(self.tr("Nothing of your own yet?"), Type.TITLE))
        self._side.addWidget(self._sample_card())
        self._side.addWidget(browse)
        self._side.addStretch()

    def _card(self, path: Path) -> Card:
        there = is_collection(path)
        where = os.fsencode(path.parent).decode("utf-8", "replace")
        name = os.fsencode(path.name).decode("utf-8", "replace")
        card = Card(
            name, where if there else self.tr("Not found: {}").format(where), pressable=True
        )
        card.setToolTip(os.fsencode(path).decode("utf-8", "replace"))
        forget = tool("close", self.tr("Take {} off this list").format(name))
        forget.clicked.connect(lambda: self._forget(path))
        card.header.addWidget(forget)
        card.pressed.connect(lambda: self._open(path))
        return card

    def _sample_card(self) -> Card:
        card = Card(
            self.tr("Try the sample"),
            self.tr("About 300 small pictures, sounds and texts that ship with the program."),
            pressable=True,
        )
        card.header.insertWidget(0, Glyph("image-multiple-outline", colour="accent"))
        card.pressed.connect(self.sample)
        return card

    def _open(self, path: Path) -> None:
        if is_collection(path):
            self.banner.hide()
            self.open_collection.emit(path)
        else:
            self.banner.say(
                "warning",
                self.tr(
                    "There is no collection at '{}'. If it is on another disk, plug that in first."
                ).format(path),
            )

    def _forget(self, path: Path) -> None:
        self._recent.forget(path)
        self.refresh()

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open a collection"))
        if folder:
            self._open(Path(folder))

    def _take(self, paths: Sequence[Path]) -> None:
        """Open what is a collection; else offer to make one of it."""
        if len(paths) == 1 and is_collection(paths[0]):
            self._open(paths[0])
        else:
            self.banner.hide()
            self.create_collection.emit(list(paths))


class _DropPlace(QWidget):
    """A large place to drop files and folders on, with a button for who would not drag."""

    chosen = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setMinimumSize(320, 300)
        self._over = False
        button = QPushButton(self.tr("Choose a folder…"))
        button.setProperty("primary", True)
        button.setAccessibleName(self.tr("Choose a folder to make a collection of"))
        button.clicked.connect(self._choose)
        center = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOM_PX, ROOM_PX, ROOM_PX, ROOM_PX)
        column.setSpacing(PAD_PX)
        column.addStretch()
        kinds = QHBoxLayout()
        kinds.setSpacing(WIDE_PX)
        kinds.addStretch()
        for name in ("image-outline", "waveform", "text-box-outline"):
            kinds.addWidget(Glyph(name, size_px=44, colour="faint"))
        kinds.addStretch()
        column.addLayout(kinds)
        column.addSpacing(GAP_PX)
        column.addWidget(label(self.tr("Drop a folder here"), Type.HEADLINE), alignment=center)
        said = label(
            self.tr(
                "Nothing in it is changed, moved or sent anywhere: what embedcurate learns of your "
                "files is kept in a folder of its own."
            ),
            tone="soft",
            wrap=True,
        )
        said.setAlignment(center)
        said.setMinimumWidth(280)
        said.setMaximumWidth(420)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(said, 1000)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(GAP_PX)
        column.addWidget(button, alignment=center)
        column.addStretch()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event.mimeData()):
            self._over = True
            event.acceptProposedAction()
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        self.update()
        paths = dropped(event.mimeData())
        event.acceptProposedAction()
        self.chosen.emit(paths)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(palette.accent if self._over else palette.edge), 1.5)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(palette.chosen if self._over else palette.window))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 2 * RADIUS_PX, 2 * RADIUS_PX)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"))
        if folder:
            self.chosen.emit([Path(folder)])
