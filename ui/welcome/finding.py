"""What a look at the sources found: how many of each kind, and what is said of them."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ..theme import GAP_PX, TIGHT_PX, WIDE_PX, ElidedLabel, Glyph, Type, counted, label
from .model import KINDS, Creation, Document

__all__ = ["FoundPanel"]

_ICONS = {"image": "image-outline", "audio": "waveform", "text": "text-box-outline"}
_A_TABLE = "…"
_CHOICE_WIDTH_PX = 220


class FoundPanel(QWidget):
    """Counts by modality, and for captions, labels and splits where they come from.

    What was found is chosen already; `changed` when the user chooses otherwise.
    """

    changed = Signal()

    def __init__(self, creation: Creation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._creation = creation
        self._counts = {kind: label() for kind in _ICONS}
        self._status = label(tone="soft", wrap=True)
        self.choices: dict[str, QComboBox] = {}
        self._examples: dict[str, ElidedLabel] = {}
        counts = QHBoxLayout()
        counts.setSpacing(TIGHT_PX)
        self._counted = QWidget()
        self._counted.setLayout(counts)
        counts.setContentsMargins(0, 0, 0, 0)
        for kind, name in _ICONS.items():
            counts.addWidget(Glyph(name))
            counts.addWidget(self._counts[kind])
            counts.addSpacing(WIDE_PX)
        counts.addStretch()
        self._kinds = QWidget()
        grid = QGridLayout(self._kinds)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(WIDE_PX)
        grid.setVerticalSpacing(GAP_PX)
        grid.setColumnStretch(2, 1)
        titles = (self.tr("Captions"), self.tr("Labels"), self.tr("Splits"))
        for row, (kind, title) in enumerate(zip(KINDS, titles, strict=True)):
            choice = QComboBox()
            choice.setAccessibleName(self.tr("{} come from").format(title))
            choice.setFixedWidth(_CHOICE_WIDTH_PX)
            choice.activated.connect(lambda _, kind=kind: self._choose(kind))
            self.choices[kind] = choice
            self._examples[kind] = ElidedLabel("", Type.SMALL)
            grid.addWidget(label(title), row, 0)
            grid.addWidget(choice, row, 1)
            grid.addWidget(self._examples[kind], row, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self._counted)
        column.addWidget(self._status)
        column.addWidget(self._kinds)
        self.show_found()

    def show_found(self, *, looking: bool = False) -> None:
        """Show what is known now; `looking` says that the answer is on its way."""
        found = self._creation.found
        self._counted.setVisible(found is not None)
        self._kinds.setVisible(found is not None)
        if found is None:
            said = self.tr("Looking…") if looking else self.tr("Nothing was looked at yet.")
            self._status.setText(said)
            self._status.show()
            return
        items = found["items"]
        self._counts["image"].setText(
            counted(items["image"], self.tr("picture"), self.tr("pictures"))
        )
        self._counts["audio"].setText(counted(items["audio"], self.tr("sound"), self.tr("sounds")))
        self._counts["text"].setText(counted(items["text"], self.tr("text"), self.tr("texts")))
        self._status.setText(" ".join(self._remarks(found)))
        self._status.setVisible(bool(self._status.text()))
        for kind in KINDS:
            self._fill(kind)

    def _remarks(self, found: Document) -> list[str]:
        remarks = []
        if found["more"]:
            remarks.append(self.tr("These are the first; there are more."))
        passed = sum(found["passed"].values())
        if passed:
            most = sorted(found["passed"], key=found["passed"].__getitem__, reverse=True)[:3]
            files = counted(passed, self.tr("file"), self.tr("files"))
            kinds = ", ".join(suffix or self.tr("no ending") for suffix in most)
            remarks.append(self.tr("{} of other kinds stay out ({}).").format(files, kinds))
        if found["unreadable"]:
            files = counted(found["unreadable"], self.tr("file"), self.tr("files"))
            remarks.append(self.tr("{} can't be read.").format(files))
        return remarks

    def _fill(self, kind: str) -> None:
        choice, chosen = self.choices[kind], self._creation.chosen.get(kind)
        sources = [offer["source"] for offer in self._offers(kind)]
        if chosen is not None and chosen not in sources:
            sources.append(chosen)
        with QSignalBlocker(choice):
            choice.clear()
            for source in sources:
                choice.addItem(self._called(kind, source), source)
            choice.addItem(self.tr("None"), None)
            choice.insertSeparator(choice.count())
            choice.addItem(self.tr("Choose a table…"), _A_TABLE)
            choice.setCurrentIndex(choice.findData(chosen))
        self._show_example(kind)

    def _offers(self, kind: str) -> list[Document]:
        found = self._creation.found
        return list(found[kind]) if found else []

    def _called(self, kind: str, source: str) -> str:
        if source == "sidecar":
            return self.tr("Texts beside the files")
        return self.tr("Names of folders") if source == "folder" else Path(source).name

    def _show_example(self, kind: str) -> None:
        chosen = self._creation.chosen.get(kind)
        offer = next((one for one in self._offers(kind) if one["source"] == chosen), None)
        self._examples[kind].setText("" if offer is None else self._said(kind, offer))

    def _said(self, kind: str, offer: Document) -> str:
        """Say what an offer holds: the first caption, or the commonest values."""
        if kind == "captions":
            files = counted(offer["count"], self.tr("file"), self.tr("files"))
            return f"{files}: “{offer['values'][0][0]}”" if offer["values"] else files
        distinct = counted(offer["distinct"], self.tr("value"), self.tr("values"))
        values = ", ".join(f"{value} {count}" for value, count in offer["values"])
        return f"{distinct}: {values}{'…' if len(offer['values']) < offer['distinct'] else ''}"

    def _choose(self, kind: str) -> None:
        source = self.choices[kind].currentData()
        if source == _A_TABLE:
            source, _ = QFileDialog.getOpenFileName(
                self,
                self.tr("Choose a table"),
                "",
                self.tr("Tables (*.csv *.tsv *.json *.jsonl *.parquet)"),
            )
            source = source or self._creation.chosen.get(kind)
        self._creation.chosen[kind] = source
        self._fill(kind)
        self.changed.emit()
