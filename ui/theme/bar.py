"""A row of tools over a view."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from .icons import icon
from .labels import label
from .measures import BAR_PX, CONTROL_PX, GAP_PX, ICON_PX, TIGHT_PX, Type

__all__ = ["Bar", "tool"]


def tool(
    name: str,
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    words: bool = False,
    checkable: bool = False,
    tip: str = "",
    key: str = "",
    parent: QWidget | None = None,
) -> QToolButton:
    """Return a flat button with the icon `name`.

    `text` names it to screen readers, and in its tooltip with `key` behind it; it stands on the
    button itself with `words`. `tip` is a whole sentence in place of the tooltip's name.
    """
    made = QToolButton(parent)
    made.setIcon(icon(name))
    made.setIconSize(QSize(ICON_PX, ICON_PX))
    made.setText(text)
    made.setAccessibleName(text)
    style = Qt.ToolButtonStyle
    made.setToolButtonStyle(style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly)
    made.setCheckable(checkable)
    made.setFixedHeight(CONTROL_PX)
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    made.setToolTip(f"{tip or text} ({shown})" if shown else tip or text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if pressed is not None:
        made.clicked.connect(lambda: pressed())
    return made


class Bar(QFrame):
    """A row of controls, from the left; `stretch` sends what follows to the right."""

    def __init__(self, *widgets: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GAP_PX, 0, GAP_PX, 0)
        self._row.setSpacing(TIGHT_PX)
        for widget in widgets:
            self.add(widget)

    def add(self, widget: QWidget, stretch: int = 0) -> QWidget:
        """Append a widget and return it."""
        self._row.addWidget(widget, stretch)
        return widget

    def title(self, text: str) -> QLabel:
        """Append a title."""
        made = label(text, Type.TITLE)
        self._row.addWidget(made)
        self.space()
        return made

    def note(self, text: str = "") -> QLabel:
        """Append a quiet label, such as a count."""
        made = label(text, Type.SMALL)
        self._row.addWidget(made)
        return made

    def button(
        self,
        name: str,
        text: str,
        pressed: Callable[[], object] | None = None,
        *,
        words: bool = False,
        checkable: bool = False,
        tip: str = "",
        key: str = "",
    ) -> QToolButton:
        """Append a button, made as `tool` makes it."""
        made = tool(
            name, text, pressed, words=words, checkable=checkable, tip=tip, key=key, parent=self
        )
        self._row.addWidget(made)
        return made

    def action(self, action: QAction, *, words: bool = False) -> QToolButton:
        """Append a button that is the action: its icon, its state, its key."""
        made = tool("circle-small", action.text(), words=words, parent=self)
        made.setDefaultAction(action)
        made.setAccessibleName(action.text())
        self._row.addWidget(made)
        return made

    def separator(self) -> None:
        """Append a thin line between groups."""
        line = QFrame()
        line.setProperty("separator", True)
        line.setFixedSize(1, ICON_PX + TIGHT_PX)
        self.space()
        self._row.addWidget(line)
        self.space()

    def space(self, width_px: int = GAP_PX) -> None:
        """Append some room."""
        self._row.addSpacing(width_px)

    def stretch(self) -> None:
        """Send what follows to the right."""
        self._row.addStretch(1)
