"""From items to lists that other programs read."""

from embedcurate.export.formats import ListFormat

__all__ = ["ListFormat"]
