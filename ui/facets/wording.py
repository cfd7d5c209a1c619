"""What facets and their values are called."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from ..grid.wording import clock
from ..quality.wording import noun
from ..quality.wording import title as issue_title
from ..words import QT_TRANSLATE_NOOP

__all__ = ["number_text", "title_of", "value_name"]

_CONTEXT = "facets"
_T = QT_TRANSLATE_NOOP

_TITLES = {
    "modality": _T(_CONTEXT, "Kind"),
    "pick": _T(_CONTEXT, "Decision"),
    "stars": _T(_CONTEXT, "Stars"),
    "tag": _T(_CONTEXT, "Tags"),
    "folder": _T(_CONTEXT, "Folders"),
    "label": _T(_CONTEXT, "Labels"),
    "split": _T(_CONTEXT, "Splits"),
    "cluster": _T(_CONTEXT, "Clusters"),
    "issue": _T(_CONTEXT, "Quality"),
    "found": _T(_CONTEXT, "Found"),
    "format": _T(_CONTEXT, "Format"),
    "outcome": _T(_CONTEXT, "Outcome"),
    "size": _T(_CONTEXT, "File size"),
    "width_px": _T(_CONTEXT, "Width"),
    "height_px": _T(_CONTEXT, "Height"),
    "duration_s": _T(_CONTEXT, "Duration"),
    "characters": _T(_CONTEXT, "Characters"),
}

_NAMES = {
    ("pick", "pick"): _T(_CONTEXT, "Picked"),
    ("pick", "reject"): _T(_CONTEXT, "Rejected"),
    ("pick", ""): _T(_CONTEXT, "Undecided"),
    ("stars", 0): _T(_CONTEXT, "No stars"),
    ("cluster", -1): _T(_CONTEXT, "Noise"),
    ("found", "duplicate"): _T(_CONTEXT, "Duplicates"),
    ("found", "leak"): _T(_CONTEXT, "Leaks"),
    ("found", "outlier"): _T(_CONTEXT, "Outliers"),
    ("found", "poor"): _T(_CONTEXT, "With faults"),
    ("outcome", "ok"): _T(_CONTEXT, "Indexed"),
    ("outcome", "skipped"): _T(_CONTEXT, "Skipped"),
    ("outcome", "failed"): _T(_CONTEXT, "Failed"),
    ("outcome", "missing"): _T(_CONTEXT, "Missing"),
}


def title_of(facet: str) -> str:
    """Return what a facet is called."""
    return QCoreApplication.translate(_CONTEXT, _TITLES[facet])


def value_name(facet: str, entry: Sequence[Any]) -> str:
    """Return what a value is called, of an entry of `Session.facets`: [value, count, name?]."""
    value = entry[0]
    if known := _NAMES.get((facet, value)):
        return QCoreApplication.translate(_CONTEXT, known)
    match facet:
        case "modality":
            return noun(value)
        case "stars":
            return "\u2605" * int(value)
        case "issue":
            return issue_title(value)
        case "cluster":
            return str(entry[2])
    return str(value)


def number_text(column: str, number: float) -> str:
    """Return a number of a column with its unit."""
    match column:
        case "size":
            return QLocale().formattedDataSize(round(number), 1)
        case "duration_s":
            return clock(number) if number >= 10 else f"{number:.1f} s"
        case "width_px" | "height_px":
            return f"{number:,.0f} px"
    return f"{number:,.0f}"
