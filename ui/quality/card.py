"""An issue as a card: its scores, the threshold, how many items reach it, what to do with them."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from .. import theme
from .model import Issue, Quality
from .wording import meaning, title

__all__ = ["IssueCard"]


class IssueCard(theme.Card):
    """`shown` and `rejected` by its buttons; `moved` when the threshold was let go."""

    shown = Signal(str, float)
    rejected = Signal(str, float)
    moved = Signal(str, float)

    def __init__(self, issue: Issue, quality: Quality, parent: QWidget | None = None) -> None:
        check = issue.check
        means = check.summary if check else meaning(issue.name)
        super().__init__(title(issue.name), means, parent=parent)
        self.issue, self._quality, self._reached = issue, quality, issue.count
        if not issue.poor:
            trait = theme.label(self.tr("trait"), theme.Type.SMALL, tone="faint")
            trait.setToolTip(self.tr("No fault: many collections want such items"))
            self.header.addWidget(trait)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.histogram = theme.Histogram(title(issue.name), logarithmic=True)
        self.histogram.set_counts(np.linspace(0, 1, len(issue.histogram) + 1), issue.histogram)
        self.histogram.set_threshold(issue.threshold)
        self.histogram.setFixedHeight(84)
        self.body.addWidget(self.histogram)
        foot = QHBoxLayout()
        foot.setSpacing(theme.TIGHT_PX)
        self._count = theme.label("", theme.Type.SMALL)
        self.show_button = theme.tool(
            "view-grid-outline", self.tr("Show {}").format(title(issue.name)), self._show
        )
        self.reject_button = theme.tool(
            "close-circle-outline",
            self.tr("Reject all {}").format(title(issue.name)),
            self._reject,
            tip=self.tr("Reject all of them; undo takes it back"),
        )
        foot.addWidget(self._count, 1)
        foot.addWidget(self.show_button)
        foot.addWidget(self.reject_button)
        self.body.addLayout(foot)
        self.histogram.moved.connect(lambda _: self._move())
        self.histogram.settled.connect(self._settle)
        self._tell()

    def tell_gone(self, gone: bool) -> None:
        """Say whether the plugin that found this can no longer be used."""
        check = self.issue.check
        if check is not None:
            words = f"{check.summary} {check.gone}" if gone else check.summary
            self.say(title(self.issue.name), words)

    @property
    def threshold(self) -> float:
        """The threshold as it stands, above 0."""
        return max(self.histogram.threshold or 0.0, 0.001)

    @property
    def count(self) -> int:
        """How many items reach the threshold."""
        return self._reached

    def _move(self) -> None:
        self._reached = self._quality.count(self.issue.name, self.threshold)
        self._tell()

    def _tell(self) -> None:
        self._count.setText(self.tr("{:,} of {:,}").format(self.count, self.issue.checked))
        for button in (self.show_button, self.reject_button):
            button.setEnabled(self.count > 0)

    def _settle(self) -> None:
        self.moved.emit(self.issue.name, self.threshold)

    def _show(self) -> None:
        self.shown.emit(self.issue.name, self.threshold)

    def _reject(self) -> None:
        self.rejected.emit(self.issue.name, self.threshold)
