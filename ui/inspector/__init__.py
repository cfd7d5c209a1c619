"""One item large: what it looks and sounds like, what is known of it, and what is near it."""

from .look import LookView
from .view import Inspector

__all__ = ["Inspector", "LookView"]
