"""From items to lists and folders that other programs read."""

from embedcurate.export.export import export
from embedcurate.export.plugin import ExporterPlugin
from embedcurate.export.report import ExportReport, Failure
from embedcurate.formats import Format, SplitBy

__all__ = ["ExportReport", "ExporterPlugin", "Failure", "Format", "SplitBy", "export"]
