"""What a move would keep, shown before it is made."""

from typing import Any

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..theme import GAP_PX, WIDE_PX, Type, counted, label

__all__ = ["KeptDialog"]

_WIDTH_PX = 640


class KeptDialog(QDialog):
    """The share of nearest items that a map finds, by kind and channel; accepted, it is made.

    Parameters
    ----------
    plan : the document of the verb `plan`.
    """

    def __init__(self, plan: dict[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What the move keeps"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("What is kept of the ten nearest items"))
        self.list.setHeaderLabels(
            [
                self.tr("Items"),
                self.tr("Channel"),
                self.tr("Similar items"),
                self.tr("Found by words"),
                self.tr("By chance"),
                self.tr("Measured on"),
            ]
        )
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.addTopLevelItems([self._row(one) for one in plan["kept"]])
        for column in range(6):
            self.list.resizeColumnToContents(column)
        rows = max(self.list.sizeHintForRow(0), 1) * len(plan["kept"])
        self.list.setFixedHeight(self.list.header().sizeHint().height() + rows + GAP_PX)
        move = QPushButton(self.tr("Move"))
        move.setProperty("primary", True)
        move.setDefault(True)
        move.clicked.connect(self.accept)
        leave = QPushButton(self.tr("Leave it"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        for button in (move, leave):
            button.setAccessibleName(button.text())
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addStretch()
        row.addWidget(leave)
        row.addWidget(move)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(WIDE_PX, WIDE_PX, WIDE_PX, WIDE_PX)
        column_.setSpacing(GAP_PX)
        title = self.tr("To '{}'").format(plan["space"])
        column_.addWidget(label(title, Type.TITLE, wrap=True))
        column_.addWidget(label(self._what(plan), wrap=True))
        column_.addWidget(self.list)
        self.list.setVisible(bool(plan["kept"]))
        column_.addWidget(label(self._meaning(plan), Type.SMALL, wrap=True))
        column_.addStretch()
        column_.addLayout(row)
        self.resize(_WIDTH_PX, self.heightForWidth(_WIDTH_PX))

    def _row(self, one: dict[str, Any]) -> QTreeWidgetItem:
        kinds = {
            "image": self.tr("Pictures"),
            "audio": self.tr("Sounds"),
            "text": self.tr("Texts"),
        }
        words = "" if one["by_text"] is None else _percent(one["by_text"])
        told = [kinds[one["modality"]], one["channel"], _percent(one["similar"]), words]
        items = counted(one["anchors"], self.tr("item"), self.tr("items"))
        return QTreeWidgetItem([*told, _percent(one["chance"]), items])

    def _what(self, plan: dict[str, Any]) -> str:
        if not plan["mapped"] and not plan["encoded"]:
            return self.tr("The vectors are made shorter; nothing has to be encoded again.")
        nouns = {
            "image": (self.tr("picture"), self.tr("pictures")),
            "audio": (self.tr("sound"), self.tr("sounds")),
            "text": (self.tr("text"), self.tr("texts")),
        }
        encoded = self.tr("{} encoded in the new space.").format(
            counted(plan["encoded"], self.tr("item is"), self.tr("items are"))
        )
        if not plan["mapped"]:
            return f"{encoded} {self.tr('Those are all that there are: nothing is mapped.')}"
        each = [counted(number, *nouns[kind]) for kind, number in plan["mapped"].items()]
        later = self.tr("To be mapped now, and encoded later: {}.").format(", ".join(each))
        return f"{encoded} {later}"

    def _meaning(self, plan: dict[str, Any]) -> str:
        if not plan["kept"]:
            return ""
        against = (
            self.tr("if all were encoded: measured on items that the map had not seen")
            if plan["mapped"]
            else self.tr("with the whole vectors")
        )
        return self.tr(
            "How many of the ten nearest items (recall@10) are those that would be found {}."
        ).format(against)


def _percent(share: float) -> str:
    return f"{QLocale().toString(100 * share, 'f', 0)} %"
