"""What the library says, as it is of use in the window."""

from PySide6.QtCore import QCoreApplication

__all__ = ["in_the_window"]

_COMMAND = " Run: embedcurate "


def _tr(text: str) -> str:
    return QCoreApplication.translate("telling", text)


def in_the_window(sentence: str) -> str:
    """Return a sentence with the view to go to, where the library names a command to run."""
    what, _, command = sentence.partition(_COMMAND)
    views = {
        "clusters": _tr("Clusters"),
        "duplicates": _tr("Duplicates"),
        "leaks": _tr("Leaks"),
        "map": _tr("Map"),
        "outliers": _tr("Outliers"),
        "quality": _tr("Quality"),
        "sample": _tr("Sample"),
    }
    view = views.get(command.split(" ")[0])
    if command.startswith("models pull "):
        return _tr("{} Download them in Preferences, on the page “Models”.").format(what)
    if view is None:
        return sentence
    return _tr("{} Go to the view “{}” first.").format(what, view)
