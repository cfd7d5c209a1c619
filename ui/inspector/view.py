"""The panel at the right: the current item, all that is known of it, and its marks."""

import numpy as np
from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..session import Document, Session
from ..theme import PAD_PX, TIGHT_PX, ElidedLabel, Section, Type, label, tool
from .facts import common_facts, facts_of, hit_of, in_short
from .kin import Copies, Similar
from .marks import MarksEditor
from .medium import MediumView
from .model import Inspection
from .quiet import Quiet
from .table import FactsTable

__all__ = ["Inspector"]

_WIDTH_PX = 304


class Inspector(QWidget):
    """Shows what is current and what is selected.

    `look` brings a row that is to be seen in the whole window.
    """

    title = "Inspector"
    icon = "information-outline"

    look = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._row = -1
        self.model = Inspection(session, self)
        self.medium = MediumView(session)
        self.marks = MarksEditor(session)
        self.similar, self.copies = Similar(session), Copies(session)
        self.setMinimumWidth(_WIDTH_PX)
        self._pages = QStackedWidget()
        self._pages.addWidget(
            Quiet("cursor-default-click-outline", self.tr("Select an item to see it here."))
        )
        self._pages.addWidget(self._split())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.model.changed.connect(self._show)
        self.model.described.connect(self._describe)
        self.model.neighboured.connect(self.similar.show_near)
        self.similar.chosen.connect(lambda row: session.select([row], row))
        self.similar.wanted.connect(self._find_similar)
        self.copies.chosen.connect(lambda row: session.select([row], row))
        session.shown.connect(self._show_hit)
        session.marked.connect(lambda _: self._sum_up())

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to ask."""
        super().showEvent(event)
        self.model.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more, be silent, and store a note that is being written."""
        super().hideEvent(event)
        self.medium.playback.stop()
        self.marks.commit()
        self.model.watch(False)

    def _split(self) -> QSplitter:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        column.setSpacing(PAD_PX)
        column.addLayout(self._heading())
        self._common, self._common_facts = _table(self.tr("Selection"))
        column.addWidget(self._common)
        column.addWidget(self.marks)
        self._why, self._why_facts = _table(self.tr("Why it was found"))
        self._caption = Section(self.tr("Caption"))
        self._caption_text = label(wrap=True)
        self._caption.body.addWidget(self._caption_text)
        self._known = Section(self.tr("Details"))
        self._groups: list[tuple[QLabel, FactsTable]] = []
        for section in (self._why, self._caption, self.similar, self.copies):
            column.addWidget(section)
        column.addWidget(self._known)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(below)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        for at, widget in enumerate((self.medium, scroll)):
            split.addWidget(widget)
            split.setStretchFactor(at, 2 + at)
        return split

    def _heading(self) -> QHBoxLayout:
        self._name = ElidedLabel("", Type.TITLE, mode=Qt.TextElideMode.ElideMiddle)
        self._about = ElidedLabel("", Type.SMALL)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._about)
        row = QHBoxLayout()
        row.setSpacing(TIGHT_PX)
        row.addLayout(words, 1)
        looks = tool("fullscreen", self.tr("Look closely"), lambda: self.look.emit(self._row))
        shows = tool("folder-outline", self.tr("Show the file in its folder"), self._show_file)
        row.addWidget(looks)
        row.addWidget(shows)
        return row

    def _show(self) -> None:
        """Show what is known without asking."""
        items, row, rows = self._session.items, self.model.row, self.model.rows
        row = row if 0 <= row < len(items) else -1
        is_other, self._row = row != self._row, row
        self.medium.show_row(row)
        self.marks.show_rows(rows if len(rows) else np.array([row] if row >= 0 else [], np.int64))
        self._pages.setCurrentIndex(0 if row < 0 else 1)
        self._sum_up()
        if row < 0:
            return
        self._name.setText(items.name(row))
        self._about.setText(in_short(items, row))
        if is_other:
            for section in (self._caption, self.copies, self._known):
                section.hide()
            self.similar.clear()
        self._show_hit()

    def _sum_up(self) -> None:
        """Show what the selected items have in common, if there are several."""
        summary = self.marks.summary
        self._common.setVisible(summary is not None and summary.count > 1)
        if summary is not None and summary.count > 1:
            self._common.name(self.tr("{:,} selected: marks go to all").format(summary.count))
            self._common_facts.show_facts(common_facts(summary))

    def _show_hit(self) -> None:
        hit = self._session.hits.get(self._row)
        self._why.setVisible(hit is not None)
        if hit is not None:
            self._why_facts.show_facts(hit_of(hit))

    def _describe(self, document: Document) -> None:
        caption = document.get("caption") or ""
        self._caption_text.setText(caption)
        self._caption.setVisible(bool(caption))
        self.copies.show_group(document)
        groups = facts_of(document)
        while len(self._groups) < len(groups):
            title, table = label("", Type.SMALL), FactsTable()
            self._known.body.addWidget(title)
            self._known.body.addWidget(table)
            self._groups.append((title, table))
        for at, (title, table) in enumerate(self._groups):
            there = at < len(groups)
            title.setVisible(there)
            table.setVisible(there)
            if there:
                title.setText(groups[at].title)
                table.show_facts(groups[at].facts)
        self._known.show()

    def _find_similar(self) -> None:
        if self._row >= 0:
            self._session.show(f"#{self._session.items.id_of(self._row)}")

    def _show_file(self) -> None:
        if self._row >= 0:
            folder = self._session.items.path(self._row).parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _table(title: str) -> tuple[Section, FactsTable]:
    section, table = Section(title), FactsTable()
    section.body.addWidget(table)
    return section, table
