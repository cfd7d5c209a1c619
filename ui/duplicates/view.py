"""Duplicates: found at a level and a threshold, decided one by one or by rule."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QMessageBox, QVBoxLayout, QWidget

from ..items import Rows
from ..theme import PAD_PX, TIGHT_PX, ElidedLabel, Histogram, Type, label
from .copies import LEVELS, Copies
from .groups import REJECT, Mask
from .order import Order
from .resolving import ResolveDialog
from .reviewing import ReviewView
from .trash import Trash

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["DuplicatesView"]

_STILL_MS = 200


class DuplicatesView(ReviewView):
    """Groups of duplicates with a keeper each, compared and decided."""

    title = "Duplicates"
    icon = "content-duplicate"

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        copies = Copies(session)
        super().__init__(copies, parent)
        self.copies = copies
        self.trash = Trash(session, self)
        self.trash.moved.connect(lambda *_: self.tell())
        self.both = self._act(
            "both", self.tr("Keep both"), "B", "checkbox-multiple-marked-outline",
            lambda: self._differ("alternate"),
        )  # fmt: skip
        self.different = self._act(
            "different", self.tr("Not the same"), "N", "not-equal-variant",
            lambda: self._differ("different"),
        )  # fmt: skip
        self.offer(self.keep, self.both, self.different, self.later)
        self._fill_bar()
        self._fill_panel()
        self.start()

    def _fill_bar(self) -> None:
        self.bar.title(self.tr("Duplicates"))
        levels = (self.tr("Exact: same bytes"), self.tr("Near: edited copies"),
                  self.tr("Similar: alike"))  # fmt: skip
        self._levels = self._combo(self.tr("Level"), dict(zip(LEVELS, levels, strict=True)))
        self._levels.activated.connect(
            lambda: self.copies.change(level=self._levels.currentData(), threshold=None)
        )
        self._kinds = self._combo(self.tr("Kind of item"), {
            "": self.tr("All kinds"), "image": self.tr("Pictures"), "audio": self.tr("Sounds"),
            "text": self.tr("Texts"),
        })  # fmt: skip
        self._kinds.activated.connect(lambda: self.copies.choose(self._kinds.currentData()))
        self._orders = self._combo(self.tr("Order"), {
            Order.SUREST: self.tr("Surest first"), Order.DOUBTFUL: self.tr("Doubtful first"),
            Order.LARGEST: self.tr("Largest first"),
        })  # fmt: skip
        self._orders.activated.connect(lambda: self.copies.sort(self._orders.currentData()))
        self.bar.space()
        self._left = ElidedLabel("", Type.SMALL)
        self.bar.add(self._left, 1)
        self._resolve = self.bar.button(
            "check-all", self.tr("Resolve all…"), self._resolve_all, words=True
        )
        self._to_trash = self.bar.button(
            "trash-can-outline", self.tr("Move rejected copies to the trash…"), self._empty_out
        )
        self._again = self.bar.button("refresh", self.tr("Find again"), self.begin)

    def _fill_panel(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(PAD_PX, TIGHT_PX, PAD_PX, TIGHT_PX)
        column.setSpacing(TIGHT_PX)
        self._scale = label("", Type.SMALL, wrap=True)
        self._histogram = Histogram(self.tr("Similarity of pairs"), logarithmic=True)
        self._histogram.setFixedHeight(84)
        self._still = QTimer(self, interval=_STILL_MS, singleShot=True)
        self._still.timeout.connect(self._regroup)
        self._histogram.moved.connect(self._moved)
        column.addWidget(self._histogram)
        column.addWidget(self._scale)
        self.panel.addLayout(column)

    def _moved(self, threshold: float) -> None:
        self._scale.setText(
            self.tr("{:,} pairs from {:.2f} on").format(
                self.copies.pairs_above(threshold), threshold
            )
        )
        self._still.start()

    def _regroup(self) -> None:
        if self._histogram.threshold is not None:
            self.copies.move_threshold(self._histogram.threshold)

    def begin(self) -> None:
        """Look for duplicates in a job."""
        self.copies.find()
        self.tell()

    def say_empty(self) -> None:
        """Say why there is nothing to review."""
        copies, empty = self.copies, self.empty
        if self.session.collection is None:
            empty.say(self.tr("No collection"), self.tr("Open one to find duplicates in it."))
        elif copies.run is None:
            empty.say(
                self.tr("Find duplicates"),
                self.tr(
                    "Pictures, sounds and texts that are the same bytes, edited copies, or alike. "
                    "Nothing is removed before you say so."
                ),
                self.tr("Find duplicates"),
            )
        elif not len(copies.groups):
            empty.say(
                self.tr("No duplicates"),
                self.tr("Nothing is alike at this level. “Similar” looks less closely."),
                self.tr("Find again"),
            )
        elif copies.modality and copies.others_open:
            empty.say(
                self.tr("Nothing is left of this kind"),
                self.tr("Choose all kinds to go on with the others."),
            )
        else:
            empty.say(
                self.tr("All is decided"),
                self.tr("{:,} groups were found, and none waits for a word of yours.").format(
                    len(copies.groups)
                ),
                self.tr("Find again"),
            )

    def tell(self) -> None:
        """Bring the bar and the histogram up to date."""
        copies, settings = self.copies, self.copies.settings
        count, later = copies.listed.rowCount(), copies.listed.later
        told = []
        if copies.run is not None:
            told.append(self.tr("{:,} groups left").format(count))
        if later:
            told.append(self.tr("{:,} for later").format(later))
        if len(self.trash):
            told.append(self.tr("{:,} files in the trash").format(len(self.trash)))
        if copies.busy:
            told.append(self.tr("grouping…"))
        self._left.setText("   ".join(told))
        self._levels.setCurrentIndex(self._levels.findData(settings.level))
        self._kinds.setCurrentIndex(self._kinds.findData(copies.modality))
        self._orders.setCurrentIndex(self._orders.findData(copies.sorting))
        is_open, looking = self.session.collection is not None, copies.is_looking
        for widget in (self._levels, self._again):
            widget.setEnabled(is_open and not looking)
        for combo in (self._kinds, self._orders):
            combo.setEnabled(copies.run is not None)
        self.empty.button.setEnabled(not looking)
        self._resolve.setEnabled(count > 0)
        self._to_trash.setEnabled(int(self._is_rejected().sum()) > len(self.trash))
        self._draw_histogram()

    def _draw_histogram(self) -> None:
        if self._histogram.isSliderDown() or self._still.isActive():
            return
        found, threshold = self.copies.histogram(), self.copies.threshold
        if found is None:
            self._histogram.setVisible(False)
            self._scale.setText(
                self.tr("Each kind has its own threshold: choose a kind to see and change it.")
            )
            return
        self._histogram.set_counts(*found)
        self._histogram.set_threshold(threshold)
        self._histogram.setVisible(True)
        self._scale.setText(
            self.tr("Pairs by similarity; copies of the same bytes are grouped at any.")
            if threshold is None
            else self.tr("{:,} pairs from {:.2f} on").format(
                self.copies.pairs_above(threshold), threshold
            )
        )

    # All at once

    def _resolve_all(self) -> None:
        dialog = ResolveDialog(self.copies, self)
        dialog.accepted.connect(lambda: self._resolved(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _resolved(self, dialog: ResolveDialog) -> None:
        plan = dialog.plan
        self.copies.carry_out(plan)
        if dialog.to_trash:
            self.trash.put(plan.rows.tolist())

    def _is_rejected(self) -> Mask:
        groups = self.copies.groups
        return np.asarray(groups.is_member & (self.copies.items.pick[groups.rows] == REJECT))

    def _rejected(self) -> Rows:
        """Return the copies that are rejected and whose files are where they were."""
        rows = self.copies.groups.rows[self._is_rejected()]
        there = [id_ not in self.trash for id_ in self.copies.items.ids_of(rows)]
        return rows[np.array(there, np.bool_)]

    def _empty_out(self) -> None:
        rows = self._rejected()
        size = QLocale().formattedDataSize(int(self.copies.sizes(rows).sum()))
        asked = QMessageBox(self)
        asked.setIcon(QMessageBox.Icon.Question)
        asked.setText(self.tr("Move {:,} rejected copies to the trash?").format(len(rows)))
        asked.setInformativeText(
            self.tr("That is {} of files. Taking the reject mark off brings a file back.").format(
                size
            )
        )
        move = asked.addButton(self.tr("Move to the trash"), QMessageBox.ButtonRole.AcceptRole)
        asked.addButton(QMessageBox.StandardButton.Cancel)
        asked.setDefaultButton(QMessageBox.StandardButton.Cancel)
        asked.buttonClicked.connect(
            lambda button: self.trash.put(rows.tolist()) if button is move else None
        )
        asked.finished.connect(asked.deleteLater)
        asked.open()
