"""Spaces, sizes and type: multiples of four pixels, and four sizes of letters."""

from enum import StrEnum

from PySide6.QtGui import QFont, QGuiApplication

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
    "Type",
    "font",
]

TIGHT_PX = 4
"""Between things that are one: an icon and its word."""
GAP_PX = 8
"""Between neighbours."""
PAD_PX = 12
"""From the edge of a panel or card to what is in it."""
WIDE_PX = 16
"""Between groups."""
ROOM_PX = 32
"""Around what stands alone."""

RADIUS_PX = 4
ICON_PX = 16
CONTROL_PX = 28
"""The height of buttons and fields."""
BAR_PX = 40
"""The height of a row of tools."""


class Type(StrEnum):
    """What letters are for; a label gets the size by its property ``type`` too."""

    SMALL = "small"
    BODY = "body"
    TITLE = "title"
    HEADLINE = "headline"


_SCALE = {Type.SMALL: 0.9, Type.BODY: 1.0, Type.TITLE: 1.15, Type.HEADLINE: 1.6}


def font(kind: Type = Type.BODY, *, bold: bool | None = None) -> QFont:
    """Return the program's font in the size for `kind`; titles and headlines are half-bold."""
    found = QFont(QGuiApplication.font())
    found.setPointSizeF(found.pointSizeF() * _SCALE[kind])
    heavy = kind in (Type.TITLE, Type.HEADLINE) if bold is None else bold
    found.setWeight(QFont.Weight.DemiBold if heavy else QFont.Weight.Normal)
    return found
