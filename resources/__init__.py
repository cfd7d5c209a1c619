"""Files that ship with embedcurate: sample media, small model files, documents."""

from pathlib import Path

__all__ = ["FOLDER"]

FOLDER = Path(__file__).parent
"""The folder in which this package's files lie."""
