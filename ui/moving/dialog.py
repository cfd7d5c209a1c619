"""The dialog that asks to which space a collection is moved, before anything runs."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..session import Session
from ..spaces import SpacePicker
from ..theme import GAP_PX, PAD_PX, WIDE_PX, Banner, Type, label
from ..welcome.model import Creation, State
from ..welcome.where import WherePanel

__all__ = ["MoveDialog"]

_USUALLY, _FEWEST, _MOST = 2_000, 100, 20_000


class MoveDialog(QDialog):
    """Ask for a space, a place, and how many items are encoded to learn the map from.

    Parameters
    ----------
    folder : where new collections go; the user may choose another.
    """

    def __init__(self, session: Session, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert session.collection is not None, "one is open"
        self._now = str(session.about["space"]["name"])
        self.setWindowTitle(self.tr("Move to another space"))
        self.spaces = SpacePicker(session)
        self.spaces.changed.connect(self._judge)
        self.spaces.listed.connect(self._begin, Qt.ConnectionType.SingleShotConnection)
        # As for a new collection, nothing is written into a source, nor into the collection.
        sources = [Path(one) for told in session.about["sources"] for one in told["sources"]]
        self._wish = Creation([session.collection, *sources], space=self.spaces.choice)
        self.where = WherePanel(folder)
        self.where.propose([session.collection])
        self.where.changed.connect(self._judge)
        self.anchors = QSpinBox()
        self.anchors.setRange(_FEWEST, _MOST)
        self.anchors.setSingleStep(_FEWEST)
        self.anchors.setValue(_USUALLY)
        self.anchors.setGroupSeparatorShown(True)
        self.anchors.setAccessibleName(self.tr("Items to encode at once"))
        self.banner = Banner()
        self.spaces.failed.connect(lambda sentence: self.banner.say("error", sentence))
        self._sentence = label(tone="soft", wrap=True)
        self.go = QPushButton(self.tr("See what it keeps"))
        self.go.setAccessibleName(self.go.text())
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        self._lay_out(session.collection.name)
        self.resize(680, 620)
        self._judge()

    @property
    def space(self) -> str:
        """The name of the space that is chosen."""
        return self.spaces.choice.name

    def done(self, result: int) -> None:
        self.spaces.stop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.spaces.stop()
        super().closeEvent(event)

    def _begin(self) -> None:
        if (card := self.spaces.cards.cards.get(self.spaces.choice.plugin)) is not None:
            card.setFocus()

    def _judge(self) -> None:
        """Say what stands in the way, or what will happen."""
        self._wish.collection = self.where.path
        state, same = self._wish.state(), self.space == self._now
        self.go.setEnabled(state is State.READY and not same)
        self.where.show_state(state)
        self._sentence.setText(
            self.tr("The collection is in this space already.")
            if same
            else self._says(state).format(self.where.path)
        )

    def _says(self, state: State) -> str:
        return {
            State.READY: self.tr("Some items are encoded; nothing is made before you agree."),
            State.NO_SPACE: self.tr("Choose a space that can be used; each says what it lacks."),
            State.NO_FOLDER: self.tr("Give the moved collection a name."),
            State.INSIDE_SOURCE: self.tr(
                "'{}' lies in a source or in the collection. Take another folder."
            ),
            State.NOT_WRITABLE: self.tr("'{}' can't be written. Take another folder."),
        }.get(state, self.tr("'{}' holds something else. Take another name."))

    def _lay_out(self, name: str) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(WIDE_PX, WIDE_PX, WIDE_PX, WIDE_PX)
        column.setSpacing(GAP_PX)
        said = self.tr(
            "Some items of '{}' are encoded in the new space; the vectors of the others are mapped "
            "as those teach, and encoded later. That makes a new collection, with all marks, "
            "decisions and selections; this one stays as it is."
        ).format(name)
        column.addWidget(label(said, wrap=True))
        column.addWidget(self.banner)
        for heading, panel in (
            (self.tr("From '{}' to").format(self._now), self.spaces),
            (self.tr("How"), self._how()),
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

    def _how(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(WIDE_PX)
        grid.setColumnStretch(2, 1)
        said = self.tr("More of them teach a better map, and take longer.")
        self.anchors.setAccessibleDescription(said)
        grid.addWidget(label(self.tr("Items to encode at once")), 0, 0)
        grid.addWidget(self.anchors, 0, 1)
        grid.addWidget(label(said, Type.SMALL, wrap=True), 0, 2)
        return holder
