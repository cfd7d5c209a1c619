"""Groups of items that belong together: what they are called, what is in them, how they lie."""

from .view import ClustersView

__all__ = ["ClustersView"]
