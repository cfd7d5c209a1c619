"""Leaks between splits, pair by pair."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QMenu, QToolButton, QWidget

from ..theme import ElidedLabel, Type, tool
from .copies import LEVELS
from .leaks import FLAGGED, Leaks
from .reviewing import ReviewView

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["LeaksView"]


class LeaksView(ReviewView):
    """Items of one split that stand again in another, each beside the one that it is."""

    title = "Leaks"
    icon = "pipe-leak"

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        leaks = Leaks(session)
        super().__init__(leaks, parent)
        self.leaks = leaks
        self.different = self._act(
            "different", self.tr("Not the same"), "N", "not-equal-variant",
            lambda: self._differ("different"),
        )  # fmt: skip
        self.offer(self.keep, self.different, self.later)
        self._fill_bar()
        self.start()

    def _fill_bar(self) -> None:
        self.bar.title(self.tr("Leaks"))
        self._between = tool("call-split", self.tr("Splits to compare"), words=True)
        self._between.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._between)
        self._between.setMenu(self._menu)
        self.bar.add(self._between)
        levels = (self.tr("Exact: same bytes"), self.tr("Near: edited copies"),
                  self.tr("Similar: alike"))  # fmt: skip
        self._levels = self._combo(self.tr("Level"), dict(zip(LEVELS, levels, strict=True)))
        self._levels.activated.connect(lambda: self.leaks.change(level=self._levels.currentData()))
        self._flags = self._combo(self.tr("Which side is flagged"), dict.fromkeys(FLAGGED, ""))
        self._flags.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._flags.activated.connect(lambda: self.leaks.change(flagged=self._flags.currentData()))
        self.bar.space()
        self._left = ElidedLabel("", Type.SMALL)
        self.bar.add(self._left, 1)
        self._again = self.bar.button("refresh", self.tr("Find again"), self.begin)

    def begin(self) -> None:
        """Look for leaks in a job."""
        self.leaks.find()
        self.tell()

    def say_empty(self) -> None:
        """Say why there is nothing to review."""
        leaks, empty = self.leaks, self.empty
        if self.session.collection is None:
            empty.say(self.tr("No collection"), self.tr("Open one to find leaks in it."))
        elif len(leaks.splits) < 2:
            empty.say(
                self.tr("No splits to compare"),
                self.tr(
                    "Index the sources with their splits, such as train and test, to see what "
                    "stands in more than one of them."
                ),
            )
        elif leaks.run is None:
            empty.say(
                self.tr("Find leaks"),
                self.tr(
                    "A model that is tested on what it was trained on looks better than it is. "
                    "This finds items of one split that stand again in another."
                ),
                self.tr("Find leaks"),
            )
        elif not len(leaks.groups):
            empty.say(
                self.tr("No leaks"),
                self.tr("Nothing of one split stands in another at this level."),
                self.tr("Find again"),
            )
        else:
            empty.say(
                self.tr("All is settled"),
                self.tr("{:,} leaks were found; of each one side is rejected, or both differ.")
                .format(len(leaks.groups)),
                self.tr("Find again"),
            )  # fmt: skip

    def tell(self) -> None:
        """Bring the bar up to date."""
        leaks, settings = self.leaks, self.leaks.settings
        told = []
        if leaks.run is not None:
            told.append(self.tr("{:,} leaks left").format(leaks.listed.rowCount()))
            captions = leaks.run.summary["same_captions"]
            if captions:
                told.append(
                    self.tr("{:,} items share a caption with another split").format(captions)
                )
        if leaks.listed.later:
            told.append(self.tr("{:,} for later").format(leaks.listed.later))
        if leaks.busy:
            told.append(self.tr("looking…"))
        self._left.setText("   ".join(told))
        self._levels.setCurrentIndex(self._levels.findData(settings.level))
        self._name_sides(settings.between, settings.flagged)
        ready = len(leaks.splits) > 1 and not leaks.is_looking
        for widget in (self._between, self._levels, self._flags):
            widget.setEnabled(ready)
        enough = ready and len(settings.between) > 1
        self._again.setEnabled(enough)
        self.empty.button.setEnabled(enough)

    def looked(self) -> None:
        """Offer what can be done with the pair that is compared."""
        super().looked()
        self.different.setEnabled(self.group is not None and self.leaks.can_differ(self.group))

    def _name_sides(self, between: tuple[str, ...], flagged: str) -> None:
        """Write the splits into the menu, and the sides of them that can be flagged."""
        self._between.setText(" / ".join(between) or self.tr("Splits"))
        if [action.text() for action in self._menu.actions()] != list(self.leaks.splits):
            self._menu.clear()
            for name in self.leaks.splits:
                action = self._menu.addAction(name)
                action.setCheckable(True)
                action.triggered.connect(self._choose_splits)
        for action in self._menu.actions():
            action.setChecked(action.text() in between)
        first, last = (between[0], between[-1]) if between else ("", "")
        sides = (self.tr("Flag what is in {}").format(first),
                 self.tr("Flag what is in {}").format(last), self.tr("Flag both"))  # fmt: skip
        for at, text in enumerate(sides):
            self._flags.setItemText(at, text)
        self._flags.setCurrentIndex(self._flags.findData(flagged))

    def _choose_splits(self) -> None:
        chosen = tuple(one.text() for one in self._menu.actions() if one.isChecked())
        self.leaks.change(between=chosen)
