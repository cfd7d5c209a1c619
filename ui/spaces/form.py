"""The model and the options of a space, one field each, with what is wrong beside it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from ..theme import GAP_PX, TIGHT_PX, WIDE_PX, Section, Type, label, restyle, tool
from .model import SpaceChoice, wants_a_file

__all__ = ["SpaceForm"]

_PCA = "pca"
_MODEL = ""
_LABEL_PX = 96


class SpaceForm(Section):
    """What can be said of a space beside its name; `changed` with each key."""

    changed = Signal()

    def __init__(self, choice: SpaceChoice, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._choice = choice
        self.fields: dict[str, QLineEdit] = {}
        self._said: dict[str, tuple[QLabel, str]] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(WIDE_PX)
        self._grid.setVerticalSpacing(TIGHT_PX)
        self._grid.setColumnMinimumWidth(0, _LABEL_PX)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        document = choice.document
        assert document is not None, "one is chosen"
        needs_model = wants_a_file(document)
        takes_model = bool(document.get("model"))
        self.name(self.tr("Model and options") if takes_model else self.tr("Options"))
        if takes_model:
            usual = self.tr("usually {}").format(document["model"])
            said = self.tr("A file of your own.") if needs_model else ""
            self._add(_MODEL, self.tr("Model"), choice.model, said, self._chooser())
            self.fields[_MODEL].setPlaceholderText("" if needs_model else usual)
        fewer = self.tr("Keep only so many principal components of each vector: less memory.")
        for option, said in {**document.get("takes", {}), _PCA: fewer}.items():
            words = option.replace("_", " ").replace("-", " ")
            title = self.tr("Dimensions") if option == _PCA else words[:1].upper() + words[1:]
            self._add(option, title, choice.options.get(option, ""), _sentence(said))
        self.unfold(needs_model or bool(choice.model or choice.options))

    def show_wrong(self, sentence: str) -> bool:
        """Say what is wrong beside the field that it is about; tell whether there is one."""
        at = next(
            (
                option
                for option, field in self.fields.items()
                if (text := field.text().strip()) and text in sentence
            ),
            None,
        )
        for option, (said, usual) in self._said.items():
            is_wrong = option == at
            said.setText(sentence if is_wrong else usual)
            said.setVisible(bool(said.text()))
            said.setProperty("tone", "error" if is_wrong else "soft")
            field = self.fields[option]
            field.setProperty("wrong", is_wrong)
            field.setAccessibleDescription(said.text())
            for widget in (said, field):
                restyle(widget)
        return at is not None

    def _add(
        self, option: str, title: str, value: str, said: str, more: QWidget | None = None
    ) -> None:
        field = QLineEdit(value)
        field.setAccessibleName(title)
        field.setAccessibleDescription(said)
        field.textEdited.connect(lambda text: self._set(option, text))
        help_ = label(said, Type.SMALL, tone="soft", wrap=True)
        row, at = QHBoxLayout(), self._grid.rowCount()
        row.setSpacing(GAP_PX)
        row.addWidget(field, 1)
        if more is not None:
            row.addWidget(more)
        self._grid.addWidget(label(title), at, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addLayout(row, at, 1)
        self._grid.addWidget(help_, at + 1, 1)
        help_.setVisible(bool(said))
        self.fields[option], self._said[option] = field, (help_, said)

    def _chooser(self) -> QWidget | None:
        """Return the button that names a path, of a space whose model may be one."""
        document = self._choice.document
        assert document is not None, "one is chosen"
        if wants_a_file(document):
            return tool("file-outline", self.tr("Choose a file"), self._choose_file)
        if document.get("download_bytes"):  # else it is a service's
            return tool("folder-open-outline", self.tr("Choose a folder"), self._choose_folder)
        return None

    def _choose_file(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file"))
        self._take(file)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder of a model"))
        self._take(folder)

    def _take(self, path: str) -> None:
        if path:
            self.fields[_MODEL].setText(str(Path(path)))
            self._set(_MODEL, self.fields[_MODEL].text())

    def _set(self, option: str, text: str) -> None:
        self._choice.set(option, text)
        self.changed.emit()


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}{'' if clause.endswith('.') else '.'}"
