"""Choosing a space, with a model and options, and fetching the weights that it lacks."""

from .model import SpaceChoice
from .picker import SpacePicker

__all__ = ["SpaceChoice", "SpacePicker"]
