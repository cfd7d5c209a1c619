"""A sample of the items: how many, chosen how, and how well they stand for the others."""

from .view import SampleView

__all__ = ["SampleView"]
