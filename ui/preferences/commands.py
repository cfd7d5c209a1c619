"""What can be done by a key: each command declared once, with its words and its usual keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..words import QT_TRANSLATE_NOOP

__all__ = ["COMMANDS", "CONTEXT", "GROUPS", "Command"]

CONTEXT = "Commands"
"""The context of translations of what is declared here."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that the user can do.

    `name` is ``group/word``; `keys` are the usual ones, in Qt's portable writing, the first shown
    in menus; `icon` is a name for `theme.icon`.
    """

    name: str
    title: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False

    @property
    def group(self) -> str:
        """The heading that it stands under."""
        return self.name.partition("/")[0]


GROUPS: Mapping[str, str] = {
    "marks": QT_TRANSLATE_NOOP("Commands", "Marks"),
    "select": QT_TRANSLATE_NOOP("Commands", "Selection"),
    "view": QT_TRANSLATE_NOOP("Commands", "Views"),
    "find": QT_TRANSLATE_NOOP("Commands", "Search"),
    "edit": QT_TRANSLATE_NOOP("Commands", "Edit"),
    "collection": QT_TRANSLATE_NOOP("Commands", "Collection"),
    "help": QT_TRANSLATE_NOOP("Commands", "Program"),
}
"""The headings of the cheat sheet, in order."""

COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command("marks/pick", QT_TRANSLATE_NOOP("Commands", "Pick"), ("P",), "flag"),
        Command("marks/reject", QT_TRANSLATE_NOOP("Commands", "Reject"), ("X",), "close-thick"),
        Command("marks/unflag", QT_TRANSLATE_NOOP("Commands", "Unflag"), ("U",), "flag-outline"),
        Command(
            "marks/stars-0", QT_TRANSLATE_NOOP("Commands", "No stars"), ("0",), "star-off-outline"
        ),
        Command("marks/stars-1", QT_TRANSLATE_NOOP("Commands", "1 star"), ("1",), "star"),
        Command("marks/stars-2", QT_TRANSLATE_NOOP("Commands", "2 stars"), ("2",), "star"),
        Command("marks/stars-3", QT_TRANSLATE_NOOP("Commands", "3 stars"), ("3",), "star"),
        Command("marks/stars-4", QT_TRANSLATE_NOOP("Commands", "4 stars"), ("4",), "star"),
        Command("marks/stars-5", QT_TRANSLATE_NOOP("Commands", "5 stars"), ("5",), "star"),
        Command("marks/tag", QT_TRANSLATE_NOOP("Commands", "Edit tags"), ("T",), "tag-outline"),
        Command("marks/note", QT_TRANSLATE_NOOP("Commands", "Edit the note"), ("N",), "note-edit"),
        Command("select/all", QT_TRANSLATE_NOOP("Commands", "Select all"), ("Ctrl+A",)),
        Command("select/none", QT_TRANSLATE_NOOP("Commands", "Select nothing"), ("Ctrl+D",)),
        Command("select/invert", QT_TRANSLATE_NOOP("Commands", "Invert"), ("Ctrl+Shift+A",)),
        Command(
            "select/save",
            QT_TRANSLATE_NOOP("Commands", "Save as a selection"),
            ("Ctrl+S",),
            "bookmark-plus-outline",
        ),
        Command(
            "view/look", QT_TRANSLATE_NOOP("Commands", "Look closely"), ("Space",), "magnify-expand"
        ),
        Command("view/grid", QT_TRANSLATE_NOOP("Commands", "Grid"), ("G",), "view-grid", True),
        Command("view/map", QT_TRANSLATE_NOOP("Commands", "Map"), ("M",), "scatter-plot", True),
        Command(
            "view/compare",
            QT_TRANSLATE_NOOP("Commands", "Compare"),
            ("C",),
            "compare-horizontal",
            True,
        ),
        Command(
            "view/duplicates",
            QT_TRANSLATE_NOOP("Commands", "Duplicates"),
            ("Alt+3",),
            "content-duplicate",
            True,
        ),
        Command(
            "view/leaks", QT_TRANSLATE_NOOP("Commands", "Leaks"), ("Alt+4",), "water-outline", True
        ),
        Command(
            "view/clusters", QT_TRANSLATE_NOOP("Commands", "Clusters"), ("Alt+5",), "shape", True
        ),
        Command(
            "view/sample",
            QT_TRANSLATE_NOOP("Commands", "Sample"),
            ("Alt+6",),
            "dice-5-outline",
            True,
        ),
        Command(
            "view/quality",
            QT_TRANSLATE_NOOP("Commands", "Quality"),
            ("Alt+7",),
            "image-check-outline",
            True,
        ),
        Command(
            "view/outliers",
            QT_TRANSLATE_NOOP("Commands", "Outliers"),
            ("Alt+8",),
            "star-four-points-outline",
            True,
        ),
        Command("view/full-screen", QT_TRANSLATE_NOOP("Commands", "Full screen"), ("F11",)),
        Command("find/search", QT_TRANSLATE_NOOP("Commands", "Search"), ("/", "Ctrl+F"), "magnify"),
        Command(
            "find/similar",
            QT_TRANSLATE_NOOP("Commands", "Find similar items"),
            ("Ctrl+Shift+F",),
            "image-search-outline",
        ),
        Command(
            "find/clear", QT_TRANSLATE_NOOP("Commands", "Show everything"), ("Ctrl+Backspace",)
        ),
        Command("edit/undo", QT_TRANSLATE_NOOP("Commands", "Undo"), ("Ctrl+Z",), "undo"),
        Command(
            "edit/redo", QT_TRANSLATE_NOOP("Commands", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"
        ),
        Command("edit/history", QT_TRANSLATE_NOOP("Commands", "History"), ("Ctrl+H",), "history"),
        Command("edit/copy-paths", QT_TRANSLATE_NOOP("Commands", "Copy paths"), ("Ctrl+C",)),
        Command(
            "collection/new", QT_TRANSLATE_NOOP("Commands", "New collection"), ("Ctrl+N",), "plus"
        ),
        Command(
            "collection/open",
            QT_TRANSLATE_NOOP("Commands", "Open a collection"),
            ("Ctrl+O",),
            "folder-open-outline",
        ),
        Command(
            "collection/close", QT_TRANSLATE_NOOP("Commands", "Close the collection"), ("Ctrl+W",)
        ),
        Command(
            "collection/index",
            QT_TRANSLATE_NOOP("Commands", "Look for new files"),
            ("F5",),
            "refresh",
        ),
        Command(
            "collection/move",
            QT_TRANSLATE_NOOP("Commands", "Move to another space"),
            icon="transfer",
        ),
        Command(
            "collection/export",
            QT_TRANSLATE_NOOP("Commands", "Export"),
            ("Ctrl+E",),
            "export-variant",
        ),
        Command(
            "help/palette",
            QT_TRANSLATE_NOOP("Commands", "All commands"),
            ("Ctrl+K",),
            "console-line",
        ),
        Command("help/keys", QT_TRANSLATE_NOOP("Commands", "Keys"), ("?",), "keyboard-outline"),
        Command(
            "help/preferences",
            QT_TRANSLATE_NOOP("Commands", "Preferences"),
            ("Ctrl+,",),
            "cog-outline",
        ),
        Command("help/about", QT_TRANSLATE_NOOP("Commands", "About embedcurate")),
        Command("help/quit", QT_TRANSLATE_NOOP("Commands", "Quit"), ("Ctrl+Q",)),
    )
}
"""Name -> command. A command that the window gives nothing to do is not shown anywhere."""
