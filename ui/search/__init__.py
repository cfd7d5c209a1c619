"""The search bar."""

from .view import SearchBar

__all__ = ["SearchBar"]
