"""How the program looks: palettes, a style sheet, icons, sizes, and widgets that rooms share."""

from .banner import Banner
from .bar import Bar, tool
from .card import Card, restyle
from .chip import Chip
from .colours import Colours, contrast
from .empty import EmptyState
from .flow import FlowLayout
from .histogram import Histogram
from .icons import icon
from .labels import ElidedLabel, Glyph, counted, label
from .measures import (
    BAR_PX,
    CONTROL_PX,
    GAP_PX,
    ICON_PX,
    PAD_PX,
    RADIUS_PX,
    ROOM_PX,
    TIGHT_PX,
    WIDE_PX,
    Type,
    font,
)
from .range import Range, RangeHistogram
from .scheme import Scheme, Theme, apply, colours, current
from .section import Section
from .slider import ValueSlider
from .stars import StarRating

__all__ = [
    "BAR_PX",
    "CONTROL_PX",
    "GAP_PX",
    "ICON_PX",
    "PAD_PX",
    "RADIUS_PX",
    "ROOM_PX",
    "TIGHT_PX",
    "WIDE_PX",
    "Banner",
    "Bar",
    "Card",
    "Chip",
    "Colours",
    "ElidedLabel",
    "EmptyState",
    "FlowLayout",
    "Glyph",
    "Histogram",
    "Range",
    "RangeHistogram",
    "Scheme",
    "Section",
    "StarRating",
    "Theme",
    "Type",
    "ValueSlider",
    "apply",
    "colours",
    "contrast",
    "counted",
    "current",
    "font",
    "icon",
    "label",
    "restyle",
    "tool",
]
