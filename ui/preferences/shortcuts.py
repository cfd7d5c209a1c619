"""Commands as actions, their keys as the user wants them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Signal
from PySide6.QtGui import QAction, QKeySequence

from ..theme import icon
from .commands import COMMANDS, CONTEXT, Command

__all__ = ["KeyTaken", "Shortcuts", "shown"]


class KeyTaken(ValueError):
    """A key that means something else already."""

    def __init__(self, key: str, command: Command) -> None:
        title = QCoreApplication.translate(CONTEXT, command.title)
        words = QCoreApplication.translate(
            CONTEXT, "{} means '{}' already. Take another key, or take it from '{}' first."
        )
        super().__init__(words.format(shown(key), title, title))
        self.key, self.command = key, command


class Shortcuts(QObject):
    """One `QAction` a command, with the keys that the user gave it or else the usual ones.

    `changed` brings the name of a command whose keys are others now. Give `actions` to a window
    by `addActions`, so that the keys are heard there.
    """

    changed = Signal(str)

    def __init__(self, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.actions: dict[str, QAction] = {}

    def action(self, name: str, done: Callable[[], object] | None = None) -> QAction:
        """Return the action of a command, the same each time; `done` is called by it.

        An action that is `checkable` calls `done` at every trigger too.
        """
        if name not in self.actions:
            command = COMMANDS[name]
            action = QAction(self.title(name), self)
            action.setObjectName(name)
            action.setCheckable(command.checkable)
            if command.icon:
                action.setIcon(icon(command.icon))
            self.actions[name] = action
            self._dress(name)
        action = self.actions[name]
        if done is not None:
            action.triggered.connect(lambda: done())
        return action

    def title(self, name: str) -> str:
        """Return what a command is called, in the user's language."""
        return QCoreApplication.translate(CONTEXT, COMMANDS[name].title)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of a command, in Qt's portable writing."""
        kept = self._store.value(f"shortcuts/{name}")
        if kept is None:
            return COMMANDS[name].keys
        return tuple(key for key in str(kept).split("\t") if key)

    def rebind(self, name: str, keys: Sequence[str]) -> None:
        """Give a command other keys, none if `keys` is empty.

        Raises
        ------
        KeyTaken
            If one of them is a key of another command; then nothing changes.
        """
        wanted = tuple(dict.fromkeys(_portable(key) for key in keys if key))
        for key in wanted:
            holder = self.holder(key)
            if holder is not None and holder.name != name:
                raise KeyTaken(key, holder)
        if wanted == self.keys(name):
            return
        if wanted == COMMANDS[name].keys:
            self._store.remove(f"shortcuts/{name}")
        else:
            self._store.setValue(f"shortcuts/{name}", "\t".join(wanted))
        self._dress(name)
        self.changed.emit(name)

    def holder(self, key: str) -> Command | None:
        """Return the command that a key means now."""
        portable = _portable(key)
        for command in COMMANDS.values():
            if portable in self.keys(command.name):
                return command
        return None

    def reset(self) -> None:
        """Give every command its usual keys."""
        changed = [name for name in COMMANDS if self.keys(name) != COMMANDS[name].keys]
        self._store.remove("shortcuts")
        for name in changed:
            self._dress(name)
            self.changed.emit(name)

    def _dress(self, name: str) -> None:
        action = self.actions.get(name)
        if action is not None:
            action.setShortcuts([QKeySequence(key) for key in self.keys(name)])
            keys = shown(*self.keys(name)[:1])
            action.setToolTip(f"{action.text()} ({keys})" if keys else action.text())


def shown(*keys: str) -> str:
    """Return keys as this system writes them."""
    form = QKeySequence.SequenceFormat.NativeText
    return " / ".join(QKeySequence(key).toString(form) for key in keys)


def _portable(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
