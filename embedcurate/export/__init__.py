"""From items to lists and folders that other programs read."""

from embedcurate.export.export import export
from embedcurate.export.report import ExportReport, Failure
from embedcurate.formats import Format, SplitBy

__all__ = ["ExportReport", "Failure", "Format", "SplitBy", "export"]
