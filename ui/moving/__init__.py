"""Moving a collection to another space: which, what that keeps, and whether it shall be."""

from .moving import Moving

__all__ = ["Moving"]
