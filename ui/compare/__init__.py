"""Two to six items side by side."""

from .view import CompareView

__all__ = ["CompareView"]
