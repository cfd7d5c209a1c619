"""Recipes as files: the story of a selection, and choosing by it again."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from ..session import Document, Session
from .selections import VERB, Selections

__all__ = ["Recipes"]

_SUFFIX = ".toml"


class Recipes(QObject):
    """Saves and replays recipes; the user is asked where by a dialog of `window`."""

    def __init__(self, session: Session, selections: Selections, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._selections, self._window = session, selections, window

    def ask_to_save(self, name: str) -> None:
        """Let the user choose where the recipe of a selection goes."""
        dialog = self._dialog(self.tr("Save the recipe"), lambda path: self.save(name, path))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_SUFFIX[1:])
        dialog.selectFile(f"{name}{_SUFFIX}")
        dialog.open()

    def ask_to_replay(self) -> None:
        """Let the user choose a recipe to choose by."""
        dialog = self._dialog(self.tr("Choose by a recipe"), self.replay)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.open()

    def save(self, name: str, path: Path) -> None:
        """Write the story of a selection into a file."""

        def written(found: Document) -> None:
            try:
                path.write_text(found["story"], encoding="utf-8")
            except OSError as error:
                self._session.said.emit(
                    "error",
                    self.tr("The recipe can't be written to {}: {}.").format(path, error.strerror),
                )
                return
            self._session.said.emit("info", self.tr("The recipe is in {}.").format(path))

        self._selections.read(name, written)

    def replay(self, path: Path) -> None:
        """Choose by a recipe, as a job; what comes of it is kept as a selection and shown."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else self.tr("it is not a text")
            self._session.said.emit(
                "error", self.tr("The recipe {} can't be read: {}.").format(path, reason)
            )
            return
        name = _as_name(path.stem)
        session = self._session

        def replayed(document: Document) -> None:
            session.found.emit(VERB)
            self._selections.show(name)
            told = self.tr("{:,} items, kept as the selection \u201c{}\u201d.").format(
                len(document["ids"]), name
            )
            if document["as_written"] is False:
                told += " " + self.tr("The list differs from the one that the recipe was made of.")
            session.said.emit("info", " ".join([told, *document["notes"]]))

        title = self.tr("Recipe {}").format(path.name)
        session.run("recipe", {"recipe": text, "save": name}, title, replayed)

    def _dialog(self, title: str, chosen: Callable[[Path], None]) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setNameFilters([self.tr("Recipes (*.toml)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        return dialog


def _as_name(text: str) -> str:
    """Return a name that a selection can have."""
    name = "".join(c if c.isalnum() or c in "_ .-" else "-" for c in text).lstrip(" .-")
    return name[:80] or "recipe"
