"""The map: items as points in the plane, near to each other where they are alike."""

from .view import MapView

__all__ = ["MapView"]
