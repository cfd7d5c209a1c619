"""The dialog that settles all that is left by rule, and shows beforehand what that would change."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QRadioButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ..theme import GAP_PX, PAD_PX, WIDE_PX, Type, font, label
from .bulk import Plan, PlanModel, planned
from .rules import RulesEditor

if TYPE_CHECKING:
    from .copies import Copies

__all__ = ["ResolveDialog"]


class ResolveDialog(QDialog):
    """The rules at the left; at the right which copies they would reject, and how many bytes."""

    def __init__(self, copies: "Copies", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Resolve all"))
        self.resize(1040, 620)
        self._copies = copies
        self._rules = RulesEditor()
        self._rules.setFixedWidth(280)
        settings = copies.settings
        self._rules.set_rules(settings.rules, settings.folders)
        self._rules.changed.connect(
            lambda: copies.change(rules=self._rules.rules, folders=self._rules.folders)
        )
        self._all = QRadioButton(self.tr("All that are left"))
        self._same = QRadioButton(self.tr("The same bytes only"))
        self._from = QRadioButton(self.tr("Similar from"))
        self._least = QDoubleSpinBox()
        self._least.setRange(0, 1)
        self._least.setSingleStep(0.01)
        self._least.setValue(0.9)
        self._least.setAccessibleName(self.tr("Similarity from which copies are rejected"))
        self._which = QButtonGroup(self)
        choice = QHBoxLayout()
        choice.setSpacing(GAP_PX)
        for button in (self._all, self._same, self._from):
            button.setAccessibleName(button.text())
            self._which.addButton(button)
            choice.addWidget(button)
        choice.addWidget(self._least)
        choice.addStretch()
        self._all.setChecked(True)
        self._said = label("", Type.TITLE, wrap=True)
        self._model = PlanModel(self)
        self._table = QTableView()
        self._table.setModel(self._model)
        self._table.setAccessibleName(self.tr("What would be rejected"))
        self._table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self._table.setTabKeyNavigation(False)
        self._table.setShowGrid(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(26)
        header = self._table.horizontalHeader()
        for section, width in enumerate((150, 150, 200, 90, 90)):
            header.resizeSection(section, width)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._trash = QCheckBox(self.tr("Move the files to the system's trash too"))
        self._trash.setAccessibleName(self._trash.text())
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._go = self._buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._go.setDefault(True)
        self._go.setFont(font(bold=True))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out(choice)
        self._which.buttonToggled.connect(lambda _, on: self._replan() if on else None)
        self._least.valueChanged.connect(self._replan)
        self._trash.toggled.connect(self._name_button)
        copies.read.connect(self._replan)
        copies.regrouping.connect(self._replan)
        self.plan: Plan = planned(copies)
        self._replan()

    @property
    def to_trash(self) -> bool:
        """Whether the files are to go to the trash."""
        return self._trash.isChecked()

    def _lay_out(self, choice: QHBoxLayout) -> None:
        right = QVBoxLayout()
        right.setSpacing(GAP_PX)
        right.addWidget(self._said)
        right.addLayout(choice)
        right.addWidget(self._table, 1)
        right.addWidget(
            label(
                self.tr("Rejecting is a mark: undo takes it back. Picked items are left alone."),
                Type.SMALL,
            )
        )
        both = QHBoxLayout()
        both.setSpacing(WIDE_PX)
        both.addWidget(self._rules)
        both.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._trash)
        foot.addWidget(self._buttons, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        column.setSpacing(PAD_PX)
        column.addLayout(both, 1)
        column.addLayout(foot)

    def _replan(self) -> None:
        self._least.setEnabled(self._from.isChecked())
        self.plan = planned(
            self._copies,
            least=self._least.value() if self._from.isChecked() else 0.0,
            same_bytes=self._same.isChecked(),
        )
        self._model.show(self.plan)
        self._said.setText(
            self.tr("Grouping by these rules…") if self._copies.busy else self.plan.said()
        )
        self._go.setEnabled(len(self.plan) > 0 and not self._copies.busy)
        self._name_button()

    def _name_button(self) -> None:
        text = self.tr("Reject {:,} and trash") if self.to_trash else self.tr("Reject {:,}")
        self._go.setText(text.format(len(self.plan)))
