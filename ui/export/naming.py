"""Asking for a name, and for how selections are combined."""

from collections.abc import Callable, Collection, Sequence

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ..theme import GAP_PX, PAD_PX, Type, label, restyle
from .forms import Form

__all__ = ["CombineDialog", "NameDialog"]


class NameDialog(QDialog):
    """Asks for the name of a selection; `named` is called with it when it is given.

    Parameters
    ----------
    taken : names that others have; to take one of them is said, and allowed if `replaces`.
    """

    def __init__(
        self,
        title: str,
        text: str,
        named: Callable[[str], object],
        *,
        name: str = "",
        taken: Collection[str] = (),
        replaces: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._named, self._taken, self._replaces, self._old = named, set(taken), replaces, name
        self.setWindowTitle(title)
        self.name = QLineEdit(name)
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setPlaceholderText(self.tr("For example: training set"))
        self.name.selectAll()
        self.hint = label(kind=Type.SMALL, wrap=True)
        self.buttons = _buttons(self)
        self._body = Form()
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        column.setSpacing(GAP_PX)
        column.addWidget(label(text, wrap=True))
        column.addLayout(self._body)
        column.addWidget(self.name)
        column.addWidget(self.hint)
        column.addWidget(self.buttons)
        self.setMinimumWidth(380)
        self.name.textChanged.connect(self._check)
        self.accepted.connect(self._give)
        self.finished.connect(self.deleteLater)
        self.name.setFocus()
        self._check()

    def _give(self) -> None:
        self._named(self.name.text().strip())

    def _check(self) -> None:
        name = self.name.text().strip()
        taken = name in self._taken and name != self._old
        said = ""
        if taken:
            said = (
                self.tr("There is one of that name: it will be replaced.")
                if self._replaces
                else self.tr("There is one of that name: take another.")
            )
        elif name and not (name[0].isalnum() or name[0] == "_"):
            said = self.tr("Start with a letter or a digit.")
        elif any(not (c.isalnum() or c in "_ .-") for c in name):
            said = self.tr("Use letters, digits, spaces, dots and dashes.")
        wrong = bool(said) and not (taken and self._replaces)
        self.hint.setText(said)
        self.hint.setVisible(bool(said))
        self.name.setProperty("wrong", wrong)
        restyle(self.name)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(name) and not wrong)


class CombineDialog(NameDialog):
    """Asks which two selections are combined, how, and for the name of what comes of it."""

    def __init__(
        self,
        names: Sequence[str],
        combined: Callable[[Sequence[str], str, str], object],
        *,
        parent: QWidget | None = None,
    ) -> None:
        self._combined = combined
        super().__init__(
            self.tr("Combine selections"),
            self.tr("Make a selection of two others."),
            lambda name: None,
            taken=names,
            parent=parent,
        )
        self.first, self.second, self.how = QComboBox(), QComboBox(), QComboBox()
        self.first.addItems(names)
        self.second.addItems(names)
        self.second.setCurrentIndex(1)
        for how, text in (
            ("and", self.tr("and: what is in both")),
            ("or", self.tr("or: what is in either")),
            ("minus", self.tr("minus: what is in the first and not in the second")),
        ):
            self.how.addItem(text, how)
        for box, name in (
            (self.first, self.tr("First")),
            (self.how, self.tr("How")),
            (self.second, self.tr("Second")),
        ):
            box.setAccessibleName(name)
            box.currentIndexChanged.connect(self._suggest)
            self._body.row(name, box)
        self._body.row(self.tr("Name"), self.name)
        self._suggest()

    def _suggest(self) -> None:
        how, first, second = self.how.currentData(), *(b.currentText() for b in self._pair())
        self.name.setText(f"{first} {how} {second}"[:80])

    def _pair(self) -> tuple[QComboBox, QComboBox]:
        return self.first, self.second

    def _give(self) -> None:
        names = [box.currentText() for box in self._pair()]
        self._combined(names, self.how.currentData(), self.name.text().strip())


def _buttons(dialog: QDialog) -> QDialogButtonBox:
    standard = QDialogButtonBox.StandardButton
    made = QDialogButtonBox(standard.Ok | standard.Cancel)
    for one, name in ((standard.Ok, dialog.tr("Save")), (standard.Cancel, dialog.tr("Cancel"))):
        made.button(one).setText(name)
        made.button(one).setAccessibleName(name)
    made.accepted.connect(dialog.accept)
    made.rejected.connect(dialog.reject)
    return made
