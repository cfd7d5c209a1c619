"""What undo and redo did, in words."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

__all__ = ["in_words"]


def in_words(entry: Mapping[str, Any] | None) -> str:
    """Return what an entry of the log that was made by turning says; None is nothing to turn."""
    translate = QCoreApplication.translate
    if entry is None:
        return translate("Turning", "There is nothing left to undo or redo.")
    told = (
        translate("Turning", "Undone: {}.")
        if entry["kind"] == "undo"
        else translate("Turning", "Redone: {}.")
    )
    return told.format(entry["words"].partition(": ")[2])
