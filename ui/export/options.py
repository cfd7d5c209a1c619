"""The options of an export: what they are depends on the format."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from ..theme import Type, label, restyle
from .forms import Form
from .model import Plan, ShareError, read_shares

__all__ = ["Options"]


class Options(QObject):
    """Rows of a form for splits, vectors and the safety of spreadsheets; `changed` when one is."""

    changed = Signal()

    def __init__(self, form: Form, channels: Iterable[str]) -> None:
        super().__init__(form)
        self.splits = QLineEdit()
        self.splits.setAccessibleName(self.tr("Splits"))
        self.splits.setPlaceholderText(self.tr("As they are; or: train 80, val 10, test 10"))
        self.splits.setClearButtonEnabled(True)
        self.error = label(kind=Type.SMALL, tone="error", wrap=True)
        self.error.hide()
        self.by = QComboBox()
        self.by.setAccessibleName(self.tr("How to split"))
        for value, text in (
            ("group", self.tr("Keep duplicates together")),
            ("cluster", self.tr("Keep duplicates and clusters together")),
            ("label", self.tr("Divide each label alike")),
        ):
            self.by.addItem(text, value)
        self.vectors = [QCheckBox(name) for name in channels]
        for box in self.vectors:
            box.setAccessibleName(self.tr("Vectors {}").format(box.text()))
            box.toggled.connect(self.changed)
        self.safe = QCheckBox(self.tr("Guard against formulas in spreadsheets"))
        self.safe.setAccessibleName(self.safe.text())
        self.safe.toggled.connect(self.changed)
        self._form = form
        self._form.row(self.tr("Splits"), self.splits)
        self._form.row("", self.error)
        self._form.row("", self.by)
        for at, box in enumerate(self.vectors):
            self._form.row(self.tr("Vectors") if at == 0 else "", box)
        self._form.row("", self.safe)
        self.splits.textChanged.connect(self._read)
        self.by.currentIndexChanged.connect(self.changed)
        self.fit("csv")
        self._read()

    @property
    def is_right(self) -> bool:
        """Whether the splits can be read."""
        return not self.error.text()

    def fit(self, name: str) -> None:
        """Show the options that a format has."""
        for box in self.vectors:
            self._form.setRowVisible(box, name == "parquet")
        self._form.setRowVisible(self.safe, name == "csv")

    def apply(self, plan: Plan) -> None:
        """Put the options into a plan; raises `ShareError`."""
        plan.splits = read_shares(self.splits.text())
        plan.split_by = self.by.currentData()
        plan.vectors = tuple(box.text() for box in self.vectors if box.isChecked())
        plan.spreadsheet_safe = self.safe.isChecked()

    def _read(self) -> None:
        try:
            shares = read_shares(self.splits.text())
            self.error.setText("")
        except ShareError as error:
            shares = {}
            self.error.setText(str(error))
        self._form.setRowVisible(self.error, bool(self.error.text()))
        self._form.setRowVisible(self.by, bool(shares))
        self.splits.setProperty("wrong", bool(self.error.text()))
        restyle(self.splits)
        self.changed.emit()
