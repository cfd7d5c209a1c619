"""The tray below the views: what is picked, the named selections, and the way out."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from ..items import MODALITIES, PICKS
from ..session import Session
from ..theme import CONTROL_PX, TIGHT_PX, Banner, Bar, Chip, Glyph, Type, icon, label, tool
from .dialog import ExportDialog
from .model import shows_filter
from .naming import CombineDialog, NameDialog
from .recipes import Recipes
from .selections import Selections, keep, keep_filter

__all__ = ["ChipRow", "SelectionsTray", "ask_for_selection"]

_MORE_PX = 64
_ICONS = {"image": "image-outline", "text": "text-box-outline", "audio": "waveform"}


class SelectionsTray(QWidget):
    """Counts what is picked, and lists the selections; each has a menu of what it is good for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.selections = Selections(session, self)
        self.recipes = Recipes(session, self.selections, self)
        self.banner = Banner()
        self.picked = tool("flag", "", self._show_picked, words=True)
        self._counts = {name: label(kind=Type.SMALL) for name in MODALITIES}
        self._glyphs = {name: Glyph(_ICONS[name]) for name in MODALITIES}
        self.chips = ChipRow(self._menu_of)
        bar = Bar(self.picked)
        for name in MODALITIES:
            bar.add(self._glyphs[name])
            bar.add(self._counts[name])
        bar.separator()
        bar.add(self.chips, 1)
        self.save = bar.button(
            "bookmark-plus-outline",
            self.tr("Save as a selection"),
            lambda: ask_for_selection(session, self.window()),
        )
        more = bar.button("dots-horizontal", self.tr("More of selections and recipes"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more = QMenu(more)
        self.more.aboutToShow.connect(self._fill_more)
        more.setMenu(self.more)
        self.export = bar.button(
            "export-variant", self.tr("Export\u2026"), self._export, words=True
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(bar)
        self.banner.acted.connect(self._restore)
        self.selections.changed.connect(self._list)
        self.selections.deleted.connect(self._tell_deleted)
        session.opened.connect(self._count)
        session.marked.connect(lambda _: self._count())
        self._count()
        self._list()

    def menu_of(self, name: str) -> QMenu:
        """Return what can be done with a selection."""
        selections, menu = self.selections, QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        shown, chosen = self.tr("Show in the grid"), self.tr("Select its items")
        self._entry(menu, "view-grid-outline", shown, partial(selections.show, name))
        self._entry(menu, "select-all", chosen, partial(selections.select, name))
        menu.addSeparator()
        save = partial(self.recipes.ask_to_save, name)
        self._entry(menu, "export-variant", self.tr("Export\u2026"), partial(self._export, name))
        self._entry(menu, "script-text-outline", self.tr("Save as a recipe\u2026"), save)
        menu.addSeparator()
        self._entry(menu, "pencil-outline", self.tr("Rename\u2026"), partial(self._rename, name))
        delete = partial(selections.delete, name)
        self._entry(menu, "delete-outline", self.tr("Delete"), delete)
        return menu

    def _menu_of(self, name: str, at: QWidget) -> None:
        self.menu_of(name).popup(at.mapToGlobal(at.rect().bottomLeft()))

    def _fill_more(self) -> None:
        self.more.clear()
        combine = self._entry(
            self.more, "set-center", self.tr("Combine selections\u2026"), self._combine
        )
        combine.setEnabled(len(self.selections.listed) > 1)
        self._entry(
            self.more,
            "script-text-play-outline",
            self.tr("Replay a recipe\u2026"),
            self.recipes.ask_to_replay,
        )

    def _entry(self, menu: QMenu, name: str, text: str, done: Callable[[], object]) -> QAction:
        action = QAction(icon(name), text, menu)
        action.triggered.connect(lambda: done())
        menu.addAction(action)
        return action

    def _count(self) -> None:
        items = self._session.items
        picked = items.modality[items.pick == PICKS.index("pick")]
        counts = np.bincount(picked, minlength=len(MODALITIES))
        self.picked.setText(self.tr("{:,} picked").format(len(picked)))
        self.picked.setAccessibleName(self.picked.text())
        self.picked.setToolTip(self.tr("Show what is picked"))
        self.picked.setEnabled(len(picked) > 0)
        for name, count in zip(MODALITIES, counts.tolist(), strict=True):
            self._counts[name].setText(f"{count:,}")
            self._counts[name].setVisible(count > 0)
            self._glyphs[name].setVisible(count > 0)
        self.export.setEnabled(len(items) > 0)
        self.save.setEnabled(len(items) > 0)

    def _list(self) -> None:
        self.chips.show_names([(one["name"], one["count"]) for one in self.selections.listed])

    def _show_picked(self) -> None:
        self._session.show("is:pick")

    def _export(self, name: str = "") -> None:
        ExportDialog(self._session, self.window(), selection=name).open()

    def _rename(self, name: str) -> None:
        NameDialog(
            self.tr("Rename the selection"),
            self.tr("Another name for \u201c{}\u201d").format(name),
            partial(self.selections.rename, name),
            name=name,
            taken=self.selections.names(),
            replaces=False,
            parent=self.window(),
        ).open()

    def _combine(self) -> None:
        CombineDialog(self.selections.names(), self.selections.combine, parent=self.window()).open()

    def _tell_deleted(self, name: str) -> None:
        said = self.tr("The selection \u201c{}\u201d was deleted; its items stay.").format(name)
        self.banner.say("info", said, self.tr("Undo"))

    def _restore(self) -> None:
        self.banner.hide()
        self.selections.restore()


class ChipRow(QWidget):
    """Names in a row, as many as there is room for; the others are in a menu at its end."""

    def __init__(
        self, pressed: Callable[[str, QWidget], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pressed = pressed
        self.chips: list[Chip] = []
        self._names: list[str] = []
        self._empty = label(self.tr("No selections yet"), Type.SMALL, tone="faint")
        self._empty.setParent(self)
        self._more = tool("chevron-right", "", parent=self)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._more)
        self._more.setMenu(self._menu)
        self.setMinimumWidth(80)

    def show_names(self, names: list[tuple[str, int]]) -> None:
        """Show other names, each with a count."""
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self._names = [name for name, _ in names]
        self.chips = []
        for name, count in names:
            chip = Chip(f"{name}  {count:,}", icon="bookmark-outline", parent=self)
            chip.setAccessibleName(self.tr("Selection {}, {:,} items").format(name, count))
            chip.pressed.connect(partial(self._pressed, name, chip))
            QWidget.setTabOrder(self.chips[-1] if self.chips else self._stop_before(), chip)
            self.chips.append(chip)
        self._arrange()

    def _stop_before(self) -> QWidget:
        """Return where Tab comes from: Qt puts what is made later at the end of its way."""
        one = self.previousInFocusChain()
        while one is not None and not one.focusPolicy() & Qt.FocusPolicy.TabFocus:
            one = None if one is self else one.previousInFocusChain()
        return one or self

    def sizeHint(self) -> QSize:
        """Be as high as a chip."""
        return QSize(200, 24)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit now."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self._empty.setVisible(not self.chips)
        self._empty.adjustSize()
        self._empty.move(0, (self.height() - self._empty.height()) // 2)
        widths = [chip.sizeHint().width() + TIGHT_PX for chip in self.chips]
        room = self.width() if sum(widths) <= self.width() else self.width() - _MORE_PX
        x, fits = 0, 0
        for chip, width in zip(self.chips, widths, strict=True):
            if x + width > room:
                break
            chip.setGeometry(x, (self.height() - 24) // 2, width - TIGHT_PX, 24)
            chip.show()
            x, fits = x + width, fits + 1
        for chip in self.chips[fits:]:
            chip.hide()
        self._more.setVisible(fits < len(self.chips))
        self._more.setText(f"+{len(self.chips) - fits}")
        self._more.setAccessibleName(self.tr("{:,} more").format(len(self.chips) - fits))
        self._more.setGeometry(x, (self.height() - CONTROL_PX) // 2, _MORE_PX, CONTROL_PX)
        self._menu.clear()
        for name in self._names[fits:]:
            action = self._menu.addAction(name)
            action.triggered.connect(lambda _=False, name=name: self._pressed(name, self._more))


def ask_for_selection(session: Session, parent: QWidget | None = None) -> None:
    """Ask for a name, and keep under it what is selected, or else what is shown."""
    several = len(session.selection) > 0
    rows = session.selection if several else session.rows
    where = session.query if not several and shows_filter(session) else ""
    items = session.items
    text = (
        session.tr("Keep the {:,} selected items as")
        if several
        else session.tr("Keep the {:,} items that are shown as")
    ).format(len(rows))

    def named(name: str) -> None:
        if where:
            keep_filter(session, name, where)
        else:
            keep(session, name, items.ids_of(rows))

    taken = [one["name"] for one in session.about.get("selections", ())]
    title = session.tr("Save as a selection")
    NameDialog(title, text, named, taken=taken, parent=parent).open()
