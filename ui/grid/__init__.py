"""The items shown, as tiles or as lines of a table, and their thumbnails in memory."""

from .view import GridView

__all__ = ["GridView"]
