"""The way in: collections that were open before, a new one, or the sample."""

from .creating import CreateDialog
from .model import Creation
from .view import WelcomeView

__all__ = ["CreateDialog", "Creation", "WelcomeView"]
