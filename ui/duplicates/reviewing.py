"""A review as a widget: the groups at the left, two items compared, and what the keys say."""

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..theme import CONTROL_PX, GAP_PX, TIGHT_PX, Bar, EmptyState, icon
from .comparison import Comparison
from .lists import GroupsList, MembersStrip
from .order import GROUP_ROLE
from .pictures import Look
from .rows import MemberDelegate, MembersModel

if TYPE_CHECKING:
    from .model import Review

__all__ = ["ReviewView"]

_LIST_PX = 228


class ReviewView(QWidget):
    """Groups decided one by one, by keys.

    `bar` is the row over everything and `panel` the column over the list, for what a kind of review
    has of its own. The actions are named after what they do, so that their keys can be changed.
    """

    icon: str

    def __init__(self, review: "Review", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.review, self.session = review, review.session
        review.setParent(self)
        self._group: int | None = None
        self._item = -1
        self._keeper_id = ""
        self.bar = Bar()
        self.empty = EmptyState(self.icon, " ", " ", " ")
        self.empty.acted.connect(self.begin)
        self.panel = QVBoxLayout()
        self._groups = GroupsList(review, self.tr("Groups to decide"))
        self._groups.installEventFilter(self)
        self._members_model = MembersModel(review, self)
        self._members = MembersStrip(self._members_model, self.tr("Members of the group"))
        self._members.setItemDelegate(MemberDelegate(review, self._members))
        self._members.installEventFilter(self)
        self.comparison = Comparison(self.session)
        self.actions_bar = Bar()
        self._lay_out()
        self.keep = self._act("keep", self.tr("Keep this"), "K", "check-circle-outline", self._keep)
        self.later = self._act("later", self.tr("Later"), "L", "clock-outline", self._later)
        self.flicker = self._act(
            "flicker", self.tr("Flicker"), "F", "swap-horizontal",
            lambda: self.comparison.look(Look.FLICKER), checkable=True,
        )  # fmt: skip
        self.difference = self._act(
            "difference", self.tr("Difference"), "D", "compare",
            lambda: self.comparison.look(Look.DIFFERENCE), checkable=True,
        )  # fmt: skip
        self._groups.selectionModel().currentChanged.connect(self._show_group)
        self._members.selectionModel().currentChanged.connect(self._show_member)
        self._members_model.modelReset.connect(self._first_member)
        for clicked in (self._groups.clicked, self._members.clicked):
            clicked.connect(lambda _: self._inspect())
        self.comparison.shown.connect(self.looked)
        self.comparison.chosen.connect(self._choose)
        self.session.thumbnails.made.connect(lambda _: self._repaint())
        review.read.connect(self._read)
        review.advanced.connect(self._advanced)
        review.regrouping.connect(lambda _: self.tell())
        self.session.jobs.began.connect(lambda _: self.tell())
        self.session.jobs.ended.connect(lambda _: self.tell())

    def offer(self, *actions: QAction) -> None:
        """Show what can be said of a group, and how else pictures can be looked at."""
        for action in actions:
            self.actions_bar.action(action, words=True)
        self.actions_bar.stretch()
        for action in (self.flicker, self.difference):
            self.actions_bar.action(action, words=True)
        for button in self.actions_bar.findChildren(QToolButton):
            button.setMinimumWidth(CONTROL_PX)
        self.actions_bar.installEventFilter(self)

    def _resize_words(self) -> None:
        """Leave words out where there is no room: first those on the ways to look."""
        styles, room = Qt.ToolButtonStyle, self.actions_bar.width() - 3 * GAP_PX
        buttons = self.actions_bar.findChildren(QToolButton)
        looks = (self.flicker, self.difference)
        said = [button for button in buttons if button.defaultAction() not in looks]
        for worded in (buttons, said, []):
            for button in buttons:
                button.setToolButtonStyle(
                    styles.ToolButtonTextBesideIcon
                    if button in worded
                    else styles.ToolButtonIconOnly
                )
            if sum(button.sizeHint().width() + TIGHT_PX for button in buttons) <= room:
                break

    def start(self) -> None:
        """Show what there is; to be called once the widget is complete."""
        self._read()

    def _lay_out(self) -> None:
        self.panel.setContentsMargins(0, 0, 0, 0)
        self.panel.setSpacing(0)
        left = QWidget()
        left.setMinimumWidth(_LIST_PX * 3 // 4)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.panel)
        column.addWidget(self._groups, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.comparison, 1)
        column.addWidget(self._members)
        column.addWidget(self.actions_bar)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([_LIST_PX, 3 * _LIST_PX])
        split.setCollapsible(0, False)
        split.setCollapsible(1, False)
        self.begins_at = self._groups
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(split)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)

    def _act(
        self,
        name: str,
        text: str,
        key: str,
        glyph: str,
        done: Callable[[], object],
        *,
        checkable: bool = False,
    ) -> QAction:
        """Return an action that this view and its children hear by a key."""
        made = QAction(icon(glyph), text, self)
        made.setObjectName(f"{self.review.verb}.{name}")
        made.setShortcut(QKeySequence(key))
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.setIconText(f"{text}  {key}")
        made.setCheckable(checkable)
        made.triggered.connect(lambda: done())
        self.addAction(made)
        return made

    def _combo(self, name: str, choices: dict[str, str]) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setMinimumWidth(3 * CONTROL_PX)
        for value, text in choices.items():
            made.addItem(text, value)
        self.bar.add(made)
        return made

    @property
    def group(self) -> int | None:
        """The number of the group that is compared."""
        return self._group

    @abstractmethod
    def begin(self) -> None:
        """Look for what is to be reviewed."""

    @abstractmethod
    def say_empty(self) -> None:
        """Say in `empty` why there is nothing to review."""

    @abstractmethod
    def tell(self) -> None:
        """Bring the bar up to date with the review."""

    # What is shown

    def _read(self) -> None:
        model = self.review.listed
        row = 0
        if self._keeper_id and len(self.review.groups):
            items = self.review.items
            keeper = int(items.rows_of([self._keeper_id])[0])
            same = (self.review.groups.keepers[model.order] == keeper).nonzero()[0]
            row = int(same[0]) if len(same) else 0
        self._advanced()
        if model.rowCount():
            self._groups.setCurrentIndex(model.index(row))

    def _advanced(self) -> None:
        there = self.review.listed.rowCount() > 0
        if not there:
            self._group, self._item = None, -1
            self.comparison.clear()
            self.say_empty()
        self._pages.setCurrentIndex(1 if there else 0)
        for action in self.actions():
            action.setEnabled(there)
        self.tell()
        self._members.viewport().update()
        if there and self._group is not None and self._members_model.rowCount():
            self._compare()

    def _show_group(self, index: QModelIndex, _: QModelIndex) -> None:
        if not index.isValid():
            return
        self._group = int(index.data(GROUP_ROLE))
        keeper = int(self.review.groups.keepers[self._group])
        self._keeper_id = self.review.items.id_of(keeper)
        self._members_model.show(self._group)

    def _first_member(self) -> None:
        self._members.setVisible(self._members_model.rowCount() > 2)
        if self._members_model.rowCount():
            self._members.setCurrentIndex(self._members_model.index(0))

    def _show_member(self, index: QModelIndex, _: QModelIndex) -> None:
        if index.isValid():
            self._item = self._members_model.item(index)
            self._compare()
            self._inspect()

    def _inspect(self) -> None:
        """Let the inspector show the member that is current."""
        if self.isVisible() and self._item >= 0:
            self.session.select([self._item])

    def _choose(self, item: int) -> None:
        self._members.setCurrentIndex(self._members_model.index(self._members_model.row_of(item)))

    def _compare(self) -> None:
        """Compare the current member with the keeper; the keeper with the first open member."""
        model = self._members_model
        at = self._members.currentIndex().row() or model.next_open() or 1
        keeper, other = model.index(0), model.index(at)
        rows = (model.item(keeper), model.item(other))
        after = self._groups.currentIndex().row() + 1
        next_rows: list[int] = []
        if after < self.review.listed.rowCount():
            part = self.review.groups.members(self.review.listed.group_at(after))
            next_rows = self.review.groups.rows[part][:2].tolist()
        self.comparison.compare(
            self.review.items,
            rows,
            (model.reason(keeper), model.reason(other)),
            stays=rows[0],
            current=self._item,
            next_rows=next_rows,
        )

    def looked(self) -> None:
        """Offer what can be done with the pair that is compared."""
        look, both = self.comparison.pictures.look, self.comparison.are_pictures
        for action, of in ((self.flicker, Look.FLICKER), (self.difference, Look.DIFFERENCE)):
            action.setEnabled(both)
            action.setChecked(both and look is of)

    def _repaint(self) -> None:
        self._groups.viewport().update()
        self._members.viewport().update()

    # What is said

    def _keep(self) -> None:
        if self._group is not None:
            self.review.keep(self._group, self._item)

    def _differ(self, kind: str) -> None:
        group = self._group
        if group is None:
            return
        self.review.differ(group, self._item, kind)
        if self._group == group:  # others of it are still open
            at = self._members_model.next_open()
            self._members.setCurrentIndex(self._members_model.index(at))

    def _later(self) -> None:
        row = self._groups.currentIndex().row()
        if self._group is not None:
            self.review.put_off(self._group)
            self._groups.setCurrentIndex(self.review.listed.index(row))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows across the one list move in the other."""
        if watched is self.actions_bar and event.type() is QEvent.Type.Resize:
            self._resize_words()
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            across = {
                (id(self._groups), Qt.Key.Key_Left): (self._members, -1),
                (id(self._groups), Qt.Key.Key_Right): (self._members, 1),
                (id(self._members), Qt.Key.Key_Up): (self._groups, -1),
                (id(self._members), Qt.Key.Key_Down): (self._groups, 1),
            }.get((id(watched), Qt.Key(event.key())))
            if across and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                view, by = across
                row = view.currentIndex().row() + by
                if 0 <= row < view.model().rowCount():
                    view.setCurrentIndex(view.model().index(row, 0))
                return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was undone meanwhile."""
        super().showEvent(event)
        self.review.watch(True)
        if len(self.session.selection) < 2:  # several were chosen for something
            self._inspect()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the groups as they are until somebody looks."""
        super().hideEvent(event)
        self.review.watch(False)

    def sizeHint(self) -> QSize:
        """Ask for a window's room."""
        return QSize(1100, 720)
