"""What a user can set: each declared once, with its type, default, bounds and help."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from platformdirs import user_documents_dir
from PySide6.QtCore import QObject, QSettings, Signal

from embedcurate.plugins import config_folder

from ..words import QT_TRANSLATE_NOOP

__all__ = [
    "CONTEXT",
    "GROUPS",
    "SETTINGS",
    "Refused",
    "Setting",
    "Settings",
    "Value",
    "file_of_settings",
]

Value: TypeAlias = bool | int | float | str

CONTEXT = "Settings"
"""The context of translations of what is declared here."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set; its type is that of `default`.

    `name` is ``group/word``; `low` and `high` bound a number; `choices` are value -> what the user
    reads; `path` marks a text that names a folder.
    """

    name: str
    title: str
    default: Value
    help: str
    low: float | None = None
    high: float | None = None
    suffix: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    path: bool = False

    @property
    def group(self) -> str:
        """The heading that it stands under."""
        return self.name.partition("/")[0]

    def read(self, value: object) -> Value:
        """Return `value` in this setting's type; raise `Refused` if it can't be one."""
        kind = type(self.default)
        found: Value
        try:
            if kind is bool:
                found = {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]
            elif kind is int:
                found = int(str(value))
            elif kind is float:
                found = float(str(value))
            else:
                found = str(value)
        except (KeyError, ValueError) as error:
            raise Refused(self, value) from error
        if self.choices and found not in self.choices:
            raise Refused(self, value)
        if isinstance(found, int | float) and not isinstance(found, bool):
            below = self.low is not None and not found >= self.low
            above = self.high is not None and not found <= self.high
            if below or above:
                raise Refused(self, value)
        return found


class Refused(ValueError):
    """A value that a setting can't have."""

    def __init__(self, setting: Setting, value: object) -> None:
        allowed = "Choose " + ", ".join(setting.choices) if setting.choices else "Take another"
        if setting.low is not None and setting.high is not None:
            allowed = f"Take a number from {setting.low:g} to {setting.high:g}"
        super().__init__(f"'{setting.title}' can't be '{value}'. {allowed}.")
        self.setting = setting


GROUPS: Mapping[str, str] = {
    "appearance": QT_TRANSLATE_NOOP("Settings", "Appearance"),
    "grid": QT_TRANSLATE_NOOP("Settings", "Grid"),
    "collections": QT_TRANSLATE_NOOP("Settings", "Collections"),
    "jobs": QT_TRANSLATE_NOOP("Settings", "Jobs"),
}
"""The headings of the dialog, in order."""

SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "appearance/scheme",
            QT_TRANSLATE_NOOP("Settings", "Colours"),
            "system",
            QT_TRANSLATE_NOOP(
                "Settings", "Light or dark; a system that does not say which gets the dark one."
            ),
            choices={
                "system": QT_TRANSLATE_NOOP("Settings", "As the system"),
                "light": QT_TRANSLATE_NOOP("Settings", "Light"),
                "dark": QT_TRANSLATE_NOOP("Settings", "Dark"),
            },
        ),
        Setting(
            "grid/tile_px",
            QT_TRANSLATE_NOOP("Settings", "Size of thumbnails"),
            160,
            QT_TRANSLATE_NOOP("Settings", "How wide a tile of the grid is when it opens."),
            low=64,
            high=512,
            suffix=" px",
        ),
        Setting(
            "grid/advance",
            QT_TRANSLATE_NOOP("Settings", "Go on to the next item after a pick or reject"),
            True,
            QT_TRANSLATE_NOOP(
                "Settings", "So that one key an item is enough to go through a folder."
            ),
        ),
        Setting(
            "collections/folder",
            QT_TRANSLATE_NOOP("Settings", "Where new collections go"),
            str(Path(user_documents_dir()) / "embedcurate"),
            QT_TRANSLATE_NOOP(
                "Settings",
                "A collection holds what is known of your files; the files stay where they are.",
            ),
            path=True,
        ),
        Setting(
            "collections/reopen",
            QT_TRANSLATE_NOOP("Settings", "Open the last collection at the start"),
            True,
            QT_TRANSLATE_NOOP("Settings", "Otherwise the start page asks which one."),
        ),
        Setting(
            "collections/watch",
            QT_TRANSLATE_NOOP("Settings", "Watch the sources for new files"),
            True,
            QT_TRANSLATE_NOOP(
                "Settings", "New files are told of; nothing is indexed before you say so."
            ),
        ),
        Setting(
            "jobs/notify_after_s",
            QT_TRANSLATE_NOOP("Settings", "Tell of jobs that took"),
            30,
            QT_TRANSLATE_NOOP(
                "Settings",
                "A notification of the system when a job has ended that took at least so long.",
            ),
            low=0,
            high=86_400,
            suffix=" s",
        ),
    )
}
"""Name -> setting."""


def file_of_settings() -> Path:
    """Return where settings are kept."""
    return config_folder() / "window.ini"


class Settings(QObject):
    """The settings of one user, in a file; `changed` brings the name of what was set.

    Parameters
    ----------
    file : an ini file, made when something is set first; that of `file_of_settings` if None.
    """

    changed = Signal(str)

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        path = str(file or file_of_settings())
        self.store = QSettings(path, QSettings.Format.IniFormat, self)

    def __getitem__(self, name: str) -> Any:
        setting = SETTINGS[name]
        try:
            return setting.read(self.store.value(name, setting.default))
        except Refused:  # the file was edited by hand
            return setting.default

    def __setitem__(self, name: str, value: Value) -> None:
        found = SETTINGS[name].read(value)
        if found == self[name]:
            return
        self.store.setValue(name, found)
        self.changed.emit(name)

    def reset(self) -> None:
        """Set everything back to its default."""
        for setting in SETTINGS.values():
            self[setting.name] = setting.default
