"""Two items beside each other, in the way of their kind."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ..grid.wording import extent, when
from ..items import MODALITIES, Items
from ..theme import GAP_PX, PAD_PX, Card, ElidedLabel, Glyph, Type, label
from .pictures import Look, PicturePair
from .previews import Preview, Previews
from .sounds import SoundPair
from .texts import TextPair

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Comparison", "facts"]


def facts(items: Items, row: int) -> str:
    """Return what a file is like: its extent, format, size and age."""
    size = items.value("size", row)
    told = (
        extent(items, row),
        items.value("format", row) or "",
        "" if size is None else QLocale().formattedDataSize(size),
        when(items.value("mtime_ns", row)),
    )
    return "   ".join(filter(None, told))


class _Side(Card):
    """An item's name, what becomes of it and why, and its facts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(" ", " ", pressable=True, parent=parent)
        self._glyph = Glyph("check-circle")
        self.header.insertWidget(0, self._glyph)
        self._facts = ElidedLabel("", Type.SMALL)
        self.body.addWidget(self._facts)

    def tell(self, items: Items, row: int, why: str, *, stays: bool) -> None:
        """Tell of an item."""
        self._glyph.show_icon(
            "check-circle" if stays else "close-circle-outline",
            colour="pick" if stays else "reject",
        )
        self.say(items.name(row), why)
        self._facts.setText(facts(items, row))


class Comparison(QWidget):
    """Two items compared.

    `shown` comes when one of both is there, or both are looked at in another way; `chosen` brings
    the row of the one that was clicked.
    """

    shown = Signal()
    chosen = Signal(int)

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = session.items
        self._pair: tuple[int, int] | None = None
        self._previews = Previews(session, self)
        self._previews.came.connect(self._came)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, GAP_PX, PAD_PX, GAP_PX)
        column.setSpacing(GAP_PX)
        heads = QHBoxLayout()
        heads.setSpacing(GAP_PX)
        self._heads = (_Side(), _Side())
        for head in self._heads:
            heads.addWidget(head, 1)
        for side, head in enumerate(self._heads):
            head.pressed.connect(lambda _, side=side: self._pressed(side))
        column.addLayout(heads)
        self.pictures, self._sounds, self._texts = PicturePair(), SoundPair(), TextPair()
        self._stack = QStackedWidget()
        for widget in (self.pictures, self._sounds, self._texts):
            self._stack.addWidget(widget)
        column.addWidget(self._stack, 1)
        self._note = label("", Type.SMALL)
        column.addWidget(self._note)

    @property
    def pair(self) -> tuple[int, int] | None:
        """The rows that are compared."""
        return self._pair

    @property
    def are_pictures(self) -> bool:
        """Whether both are pictures, so that there is more than one way to look."""
        return self._pair is not None and self._kinds() == {"image"}

    def compare(
        self,
        items: Items,
        pair: tuple[int, int],
        whys: tuple[str, str],
        *,
        stays: int,
        current: int,
        next_rows: list[int],
    ) -> None:
        """Show a pair of rows of `items`, why what becomes of each, and which one stays.

        `current` is the one that keys speak of.

        The previews of `next_rows` are made meanwhile.
        """
        if pair != self._pair:
            self.pictures.fit()
        self._items, self._pair = items, pair
        for head, row, why in zip(self._heads, pair, whys, strict=True):
            head.tell(items, row, why, stays=row == stays)
            head.set_selected(row == current)
        self._previews.want([*pair, *next_rows])
        self._show()

    def clear(self) -> None:
        """Show nothing."""
        self._pair = None
        self._previews.want(())

    def look(self, look: Look) -> None:
        """Look at pictures in a way; in the same one again, side by side."""
        self.pictures.set_look(Look.SIDE if look is self.pictures.look else look)
        self._say()

    def _pressed(self, side: int) -> None:
        if self._pair:
            self.chosen.emit(self._pair[side])

    def _kinds(self) -> set[str]:
        modality = self._items.modality
        return {MODALITIES[modality[row]] for row in self._pair or ()}

    def _came(self, row: int) -> None:
        if self._pair and row in self._pair:
            self._show()

    def _show(self) -> None:
        assert self._pair is not None
        first, second = (self._previews.get(row) for row in self._pair)
        kinds, items = self._kinds(), self._items
        if kinds == {"image"}:
            self.pictures.show_pair(
                first.image if first else QImage(),
                second.image if second else QImage(),
                (items.name(self._pair[0]), items.name(self._pair[1])),
            )
            self._stack.setCurrentWidget(self.pictures)
        elif kinds == {"audio"}:
            self._sounds.show_pair(first, second)
            self._stack.setCurrentWidget(self._sounds)
        else:
            words = self._words(self._pair[0], first), self._words(self._pair[1], second)
            # Against a text that is still to come, all of the other would be struck out.
            known = ["" if None in words else word or "" for word in words]
            self._texts.show_pair(known[0], known[1])
            self._stack.setCurrentWidget(self._texts)
        self._say()

    def _words(self, row: int, preview: Preview | None) -> str | None:
        """Return the words of a text, None until they come; what another medium is captioned."""
        items = self._items
        if MODALITIES[items.modality[row]] != "text":
            return str(items.value("caption", row) or "")
        return preview.text or preview.reason if preview else None

    def _say(self) -> None:
        assert self._pair is not None
        previews = [self._previews.get(row) for row in self._pair]
        reasons = [one.reason for one in previews if one and one.reason]
        if reasons:
            self._note.setText(" ".join(reasons))
        elif self._kinds() == {"audio"}:
            self._note.setText(self._sounds.said())
        elif self.are_pictures and self.pictures.apart is not None:
            self._note.setText(
                self.tr("Black is equal, white a difference of a quarter of the range or more.")
            )
        else:
            self._note.setText("")
        self._note.setVisible(bool(self._note.text()))
        self.shown.emit()
