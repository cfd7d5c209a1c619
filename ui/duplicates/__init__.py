"""Copies within a collection and across its splits, reviewed pair by pair."""

from .leaks_view import LeaksView
from .view import DuplicatesView

__all__ = ["DuplicatesView", "LeaksView"]
