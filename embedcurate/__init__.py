"""Curate pictures, sounds and texts in one shared space, on your own machine."""

__version__ = "0.1.0"
