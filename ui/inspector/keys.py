"""The window's keys, for views that act on one item whatever is selected."""

from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from ..preferences.commands import COMMANDS
from ..session import Session

__all__ = ["command", "mark"]

_PICKS = {"marks/pick": "pick", "marks/reject": "reject", "marks/unflag": ""}
_STARS = {f"marks/stars-{stars}": stars for stars in range(6)}
_NAMES = (*_PICKS, *_STARS, "view/look")


def command(widget: QWidget, event: QKeyEvent) -> str:
    """Return the mark, or the command to look closely, that a key stands for; "" for none.

    The window may have given it other keys than the usual ones.
    """
    pressed = QKeySequence(event.keyCombination())
    bound = {action.objectName(): action.shortcuts() for action in widget.window().actions()}
    for name in _NAMES:
        if pressed in bound.get(name, [QKeySequence(key) for key in COMMANDS[name].keys]):
            return name
    return ""


def mark(session: Session, row: int, name: str) -> bool:
    """Mark an item by a command; False if it is no mark that a key gives."""
    if name in _PICKS:
        session.mark([row], pick=_PICKS[name])
    elif name in _STARS:
        session.mark([row], stars=_STARS[name])
    else:
        return False
    return True
