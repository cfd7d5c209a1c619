"""Odd items and disputed labels, with the reason for each."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from .. import theme
from ..items import MODALITIES
from ..reading import Reader
from .odd import VERB, Outliers, read
from .page import OddPage
from .wording import noun

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["OutliersView"]


class OutliersView(QWidget):
    """What stands apart from all else of its kind, and labels that neighbours contradict.

    `to_grid` when items were sent to the grid.
    """

    title = "Outliers"
    icon = "chart-scatter-plot-hexbin"

    to_grid = Signal()

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._outliers: Outliers | None = None
        self._bar = theme.Bar()
        self._count = self._bar.note()
        self._bar.stretch()
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Kind of media"))
        self.kind.addItem(self.tr("All kinds"), "")
        for modality in MODALITIES:
            self.kind.addItem(noun(modality), modality)
        self._bar.add(self.kind)
        self._bar.separator()
        self._again = self._bar.button("refresh", self.tr("Find again"), self.find_odd, words=True)
        self.odd = OddPage(session, labels=False)
        self.labels = OddPage(session, labels=True)
        self._tabs = QTabWidget()
        self._tabs.addTab(self.odd, self.tr("Odd items"))
        self._tabs.addTab(self.labels, self.tr("Disputed labels"))
        self._tabs.setDocumentMode(True)
        self._empty = theme.EmptyState(self.icon, "", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._tabs)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._stack, 1)
        for page in (self.odd, self.labels):
            page.to_grid.connect(self.to_grid)
        self._empty.acted.connect(self.find_odd)
        self.kind.currentIndexChanged.connect(self._narrow)
        Reader(session, VERB, read, self._show, self).read()

    @property
    def outliers(self) -> Outliers | None:
        """What is shown."""
        return self._outliers

    def find_odd(self) -> None:
        """Find odd items and disputed labels, as a job."""
        self._session.run(VERB, {"k": 0}, self.tr("Find what is odd"))

    def _narrow(self) -> None:
        for page in (self.odd, self.labels):
            page.narrow(self.kind.currentData())

    def _show(self, outliers: Outliers | None) -> None:
        self._outliers = outliers
        self._stack.setCurrentIndex(0 if outliers else 1)
        self._again.setEnabled(outliers is not None)
        self.kind.setEnabled(outliers is not None)
        if outliers is None:
            self._count.setText("")
            self._say_empty()
            return
        self._count.setText(
            self.tr("{:,} items compared · {:,} outliers · {:,} disputed labels").format(
                len(outliers.items), outliers.outliers, len(outliers.labels)
            )
        )
        self.odd.show_odd(outliers.items, outliers.threshold)
        self.labels.show_odd(outliers.labels, 0.0)
        self._narrow()

    def _say_empty(self) -> None:
        if not len(self._session.items):
            self._empty.say(
                self.tr("No items yet"), self.tr("What stands apart is found once there are some.")
            )
            return
        self._empty.say(
            self.tr("Not looked for yet"),
            self.tr(
                "Find items that stand apart from all others of their kind, and labels that the "
                "items next to them contradict."
            ),
            self.tr("Find what is odd"),
        )
