"""The dialog that makes a collection: all that is asked, on one page, before anything runs."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..session import Session
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
    restyle,
    tool,
)
from .finding import FoundPanel
from .model import Creation, Document, State, name_for
from .spaces import SpaceCards
from .view import dropped

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
        self._session, self._folder = session, folder
        self._asked: int | None = None
        self._named = False
        self.creation = Creation()
        self.setWindowTitle(self.tr("New collection"))
        self.setAcceptDrops(True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(TIGHT_PX)
        self.found = FoundPanel(self.creation)
        self.found.changed.connect(self._judge)
        self.cards = SpaceCards(self.creation)
        self.cards.changed.connect(self._judge)
        self.cards.allowed.connect(self._allow)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the collection"))
        self.name.textEdited.connect(self._renamed)
        self._place = ElidedLabel(str(folder), mode=Qt.TextElideMode.ElideMiddle)
        self.banner = Banner()
        self._sentence = label(tone="soft", wrap=True)
        self.go = QPushButton(self.tr("Create"))
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        self._lay_out()
        self.resize(680, 620)
        self._ask_for_spaces()
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
        if not self._named:
            self.name.setText(name_for(self.creation.sources, self._folder))
        self._show_sources()
        self.found.show_found(looking=self._asked is not None)
        self._judge()

    def _looked(self, found: Document) -> None:
        self._asked = None
        self.creation.saw(found)
        self.found.show_found()
        self._judge()

    def _ask_for_spaces(self) -> None:
        self._listing = self._session.ask(
            "spaces", {}, self._spaces_known, failed=self._failed, to="search"
        )

    def _allow(self, package: str) -> None:
        self._listing = self._session.ask(
            "permit",
            {"package": package},
            lambda _: self._ask_for_spaces(),
            failed=self._failed,
            to="search",
        )

    def _spaces_known(self, document: Document) -> None:
        self.creation.offered(document["spaces"])
        self.cards.show_spaces()
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
        self._session.forget(self._listing, to="search")
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._forget()
        self._session.forget(self._listing, to="search")
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add(dropped(event.mimeData()))

    def _judge(self) -> None:
        """Say what stands in the way, or what will happen."""
        name = self.name.text().strip()
        self.creation.collection = self._folder / name if name else None
        state = self.creation.state()
        ready = state in (State.READY, State.EXISTS) and self._asked is None
        self.go.setEnabled(ready)
        self.go.setText(self.tr("Add to it") if state is State.EXISTS else self.tr("Create"))
        self.go.setAccessibleName(self.go.text())
        self._sentence.setText(self._says(state))
        wrong = state in (State.NO_FOLDER, State.NOT_EMPTY, State.INSIDE_SOURCE, State.NOT_WRITABLE)
        self.name.setProperty("wrong", wrong)
        restyle(self.name)

    def _says(self, state: State) -> str:
        place = self.creation.collection
        return {
            State.READY: self.tr("Indexing starts at once; you can look at items while it runs."),
            State.EXISTS: self.tr("'{}' is there already: its files are brought up to date."),
            State.NO_SOURCES: self.tr("Add a folder of pictures, sounds or texts."),
            State.NOTHING_THERE: self.tr("There is no picture, sound or text in there."),
            State.NO_SPACE: self.tr("No space can be loaded; each one says what it lacks."),
            State.NO_FOLDER: self.tr("Give the collection a name."),
            State.NOT_EMPTY: self.tr("'{}' holds something else. Take another name."),
            State.INSIDE_SOURCE: self.tr(
                "'{}' lies in a source, and nothing is ever written there. Take another folder."
            ),
            State.NOT_WRITABLE: self.tr("'{}' can't be written. Take another folder."),
        }[state].format(place)

    def _renamed(self) -> None:
        self._named = bool(self.name.text())
        self._judge()

    def _choose_place(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, self.tr("Where the collection goes"), str(self._folder)
        )
        if folder:
            self._folder = Path(folder)
            self._place.setText(folder)
            self._judge()

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
            (self.tr("Space"), self.cards),
        ):
            column.addSpacing(GAP_PX)
            column.addWidget(label(heading, Type.TITLE))
            column.addWidget(panel)
        column.addSpacing(GAP_PX)
        column.addWidget(label(self.tr("Where"), Type.TITLE))
        where = QGridLayout()
        where.setHorizontalSpacing(WIDE_PX)
        where.setVerticalSpacing(GAP_PX)
        where.setColumnStretch(1, 1)
        where.addWidget(label(self.tr("Name")), 0, 0)
        where.addWidget(self.name, 0, 1, 1, 2)
        where.addWidget(label(self.tr("In")), 1, 0)
        where.addWidget(self._place, 1, 1)
        elsewhere = tool("folder-open-outline", self.tr("Choose where"), self._choose_place)
        where.addWidget(elsewhere, 1, 2)
        column.addLayout(where)
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
