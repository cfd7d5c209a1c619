"""What is picked, named selections, and the ways out: exports and recipes."""

from .dialog import ExportDialog
from .tray import SelectionsTray, ask_for_selection

__all__ = ["ExportDialog", "SelectionsTray", "ask_for_selection"]
