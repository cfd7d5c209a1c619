"""The filters at the side: what values the items have, how many, and which are chosen."""

from .view import FacetsPanel

__all__ = ["FacetsPanel"]
