"""What the user can set: preferences, keys, and the ways to all commands."""

from .bindings import Bindings
from .commands import COMMANDS, Command
from .dialog import PreferencesDialog
from .fetched import Fetched
from .history import HistoryDialog
from .keys import CheatSheet
from .palette import CommandPalette
from .recent import Recent
from .settings import SETTINGS, Setting, Settings, file_of_settings
from .shortcuts import KeyTaken, Shortcuts

__all__ = [
    "COMMANDS",
    "SETTINGS",
    "Bindings",
    "CheatSheet",
    "Command",
    "CommandPalette",
    "Fetched",
    "HistoryDialog",
    "KeyTaken",
    "PreferencesDialog",
    "Recent",
    "Setting",
    "Settings",
    "Shortcuts",
    "file_of_settings",
]
