"""The dialog that makes a collection: all that is asked, on one page, before anything runs."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..session import Session
from ..spaces import SpacePicker
from ..theme import (
    GAP_PX,
    PAD_PX,
    TIGHT_PX,
    WIDE_PX,
    Banner,
    ElidedLabel,
    Glyph,
    Type,
    icon,
    label,
    tool,
)
from .finding import FoundPanel
from .model import Creation, Document, State
from .view import dropped
from .where import WherePanel

__all__ = ["CreateDialog"]


class CreateDialog(QDialog):
    """Ask for sources, captions and labels, a space and a place.

    When it is accepted, `creation.collection` is the folder and `creation.arguments()` are those
    of the verb `index`.

    Parameters
    ----------
    folder : where new collections go; the user may choose another.
    sources : what to begin with.
    """

    def __init__(
        self,
        session: Session,
        folder: Path,
        sources: Sequence[Path] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: int | None = None
        self.spaces = SpacePicker(session)
        self.spaces.changed.connect(self._judge)
        self.spaces.failed.connect(self._failed)
        self.creation = Creation(space=self.spaces.choice)
        self.setWindowTitle(self.tr("New collection"))
        self.setAcceptDrops(True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(TIGHT_PX)
        self.found = FoundPanel(self.creation)
        self.found.changed.connect(self._judge)
        self.where = WherePanel(folder)
        self.where.changed.connect(self._judge)
        self.banner = Banner()
        self._sentence = label(tone="soft", wrap=True)
        self.go = QPushButton(self.tr("Create"))
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        self._lay_out()
        self.resize(680, 620)
        self.add(sources)

    def add(self, sources: Sequence[Path]) -> None:
        """Add sources, and look what is in them."""
        self._look(self.creation.add(sources))

    def _look(self, changed: bool = True) -> None:
        self._forget()
        if changed and self.creation.sources:
            arguments = {"sources": [str(path) for path in self.creation.sources]}
            self._asked = self._session.ask(
                "look", arguments, self._looked, failed=self._failed, to="search"
            )
            self.banner.hide()
        self.where.propose(self.creation.sources)
        self._show_sources()
        self.found.show_found(looking=self._asked is not None)
        self._judge()

    def _looked(self, found: Document) -> None:
        self._asked = None
        self.creation.saw(found)
        self.found.show_found()
        self._judge()

    def _failed(self, sentence: str) -> None:
        self._asked = None
        self.found.show_found()
        self.banner.say("error", sentence)
        self._judge()

    def _forget(self) -> None:
        if self._asked is not None:
            self._session.forget(self._asked, to="search")
            self._asked = None

    def done(self, result: int) -> None:
        self._forget()
        self.spaces.stop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._forget()
        self.spaces.stop()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add(dropped(event.mimeData()))

    def _judge(self) -> None:
        """Say what stands in the way, or what will happen."""
        self.creation.collection = self.where.path
        state = self.creation.state()
        ready = state in (State.READY, State.EXISTS) and self._asked is None
        self.go.setEnabled(ready)
        self.go.setText(self.tr("Add to it") if state is State.EXISTS else self.tr("Create"))
        self.go.setAccessibleName(self.go.text())
        self._sentence.setText(self._says(state))
        self.where.show_state(state)

    def _says(self, state: State) -> str:
        place = self.creation.collection
        return {
            State.READY: self.tr("Indexing starts at once; you can look at items while it runs."),
            State.EXISTS: self.tr("'{}' is there already: its files are brought up to date."),
            State.NO_SOURCES: self.tr("Add a folder of pictures, sounds or texts."),
            State.NOTHING_THERE: self.tr("There is no picture, sound or text in there."),
            State.NO_SPACE: self.tr("Choose a space that can be used; each says what it lacks."),
            State.NO_FOLDER: self.tr("Give the collection a name."),
            State.NOT_EMPTY: self.tr("'{}' holds something else. Take another name."),
            State.INSIDE_SOURCE: self.tr(
                "'{}' lies in a source, and nothing is ever written there. Take another folder."
            ),
            State.NOT_WRITABLE: self.tr("'{}' can't be written. Take another folder."),
        }[state].format(place)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Add a folder"))
        if folder:
            self.add([Path(folder)])

    def _choose_files(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, self.tr("Add files, lists or tables"))
        self.add([Path(file) for file in files])

    def _remove(self, path: Path) -> None:
        self._look(self.creation.remove(path))

    def _show_sources(self) -> None:
        while self._rows.count():
            item = self._rows.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        for path in self.creation.sources:
            self._rows.addWidget(self._source(path))

    def _source(self, path: Path) -> QWidget:
        holder = QFrame()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(Glyph("folder-outline" if path.is_dir() else "file-outline"))
        row.addWidget(ElidedLabel(str(path), mode=Qt.TextElideMode.ElideMiddle), 1)
        remove = tool("close", self.tr("Do not take {}").format(path.name))
        remove.clicked.connect(lambda: self._remove(path))
        row.addWidget(remove)
        return holder

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(WIDE_PX, WIDE_PX, WIDE_PX, WIDE_PX)
        column.setSpacing(GAP_PX)
        column.addWidget(label(self.tr("From"), Type.TITLE))
        column.addLayout(self._rows)
        adding = QHBoxLayout()
        adding.setSpacing(GAP_PX)
        for name, text, pressed in (
            ("folder-plus-outline", self.tr("Add a folder…"), self._choose_folder),
            ("file-plus-outline", self.tr("Add files or a list…"), self._choose_files),
        ):
            button = QPushButton(icon(name), text)
            button.setAccessibleName(text.rstrip("…"))
            button.setAutoDefault(False)
            button.clicked.connect(pressed)
            adding.addWidget(button)
        adding.addStretch()
        column.addLayout(adding)
        column.addWidget(self.banner)
        for heading, panel in (
            (self.tr("What is in there"), self.found),
            (self.tr("Space"), self.spaces),
            (self.tr("Where"), self.where),
        ):
            column.addSpacing(GAP_PX)
            column.addWidget(label(heading, Type.TITLE))
            column.addWidget(panel)
        column.addStretch()
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAccessibleName(cancel.text())
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setContentsMargins(WIDE_PX, PAD_PX, WIDE_PX, PAD_PX)
        row.setSpacing(GAP_PX)
        row.addWidget(self._sentence, 1)
        row.addWidget(cancel)
        row.addWidget(self.go)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addLayout(row)
