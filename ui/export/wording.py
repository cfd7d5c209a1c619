"""What sources and formats are called, and what a format is for."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from ..words import QT_TRANSLATE_NOOP
from .model import Format, Source

__all__ = ["format_text", "format_title", "notes_on", "source_name", "summed_up", "written"]

_CONTEXT = "export"
_T = QT_TRANSLATE_NOOP

_SOURCES = {
    "pick": _T(_CONTEXT, "What is picked"),
    "selected": _T(_CONTEXT, "What is selected now"),
    "shown": _T(_CONTEXT, "What is shown"),
    "all": _T(_CONTEXT, "Everything"),
}

_FORMATS = {
    "csv": (
        _T(_CONTEXT, "CSV list"),
        _T(_CONTEXT, "A table for spreadsheets and scripts: a row for each item."),
    ),
    "jsonl": (
        _T(_CONTEXT, "JSON lines"),
        _T(_CONTEXT, "A JSON object for each item, one a line, with tags and all facts."),
    ),
    "parquet": (
        _T(_CONTEXT, "Parquet table"),
        _T(_CONTEXT, "A typed table for pandas, Polars or Spark; it can hold vectors."),
    ),
    "txt": (
        _T(_CONTEXT, "List of paths"),
        _T(_CONTEXT, "A path a line, nothing else."),
    ),
    "imagefolder": (
        _T(_CONTEXT, "Hugging Face pictures"),
        _T(_CONTEXT, "Copies in folders by split, with a table: load_dataset reads it."),
    ),
    "audiofolder": (
        _T(_CONTEXT, "Hugging Face sounds"),
        _T(_CONTEXT, "Copies in folders by split, with a table: load_dataset reads it."),
    ),
    "webdataset": (
        _T(_CONTEXT, "WebDataset shards"),
        _T(_CONTEXT, "Copies in tar files of a gigabyte, to stream while training."),
    ),
    "coco": (
        _T(_CONTEXT, "COCO"),
        _T(_CONTEXT, "Copies of pictures, with captions and labels in one JSON file."),
    ),
    "labelstudio": (
        _T(_CONTEXT, "Label Studio tasks"),
        _T(_CONTEXT, "Tasks to import for annotating; the files stay where they are."),
    ),
    "copy": (
        _T(_CONTEXT, "Copies"),
        _T(_CONTEXT, "The files themselves, in folders as they were."),
    ),
    "symlink": (
        _T(_CONTEXT, "Links"),
        _T(_CONTEXT, "A folder of links to the files: it takes no room."),
    ),
}


def source_name(source: Source) -> str:
    """Return what is to be exported, with its count."""
    name = (
        _tr("Selection \u201c{}\u201d").format(source.name)
        if source.kind == "selection"
        else _tr(_SOURCES[source.kind])
    )
    return f"{name} ({source.count:,})"


def format_title(kind: Format) -> str:
    """Return what a format is called."""
    return _tr(_FORMATS[kind.name][0]) if kind.name in _FORMATS else kind.name


def format_text(kind: Format) -> str:
    """Return what a format is for."""
    return _tr(_FORMATS[kind.name][1]) if kind.name in _FORMATS else kind.summary


def summed_up(report: Mapping[str, Any]) -> str:
    """Return what an export holds, or would: items, bytes, files, splits."""
    parts = [_tr("{:,} items").format(report["items"])]
    if report["bytes"]:
        parts.append(QLocale().formattedDataSize(report["bytes"], 1))
    if report["files"] > 1:
        parts.append(_tr("{:,} files").format(report["files"]))
    parts += [f"{name} {count:,}" for name, count in report["splits"].items()]
    return " \u00b7 ".join(parts)


def notes_on(report: Mapping[str, Any]) -> str:
    """Return what an export leaves out, and what else is to be known."""
    left_out = [
        _tr("Left out: {:,} {}.").format(count, reason)
        for reason, count in report["left_out"].items()
    ]
    return " ".join([*left_out, *report["notes"]])


def written(report: Mapping[str, Any]) -> str:
    """Return what was written, and what could not be."""
    said = _tr("{:,} items are in {}.").format(report["items"], report["path"])
    if not report["failed"]:
        return said
    first = report["failures"][0]
    return f"{said} " + _tr("{:,} could not be exported, such as {}: {}").format(
        report["failed"], first["path"], first["reason"]
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
