"""From items to lists and folders that other programs read."""

from embedcurate.export.export import export
from embedcurate.export.formats import Format
from embedcurate.export.report import ExportReport, Failure
from embedcurate.export.splits import SplitBy

__all__ = ["ExportReport", "Failure", "Format", "SplitBy", "export"]
