"""What is wrong with single items, and what is odd among them."""

from .outliers import OutliersView
from .view import QualityView

__all__ = ["OutliersView", "QualityView"]
