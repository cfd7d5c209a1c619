"""What a window shows of a collection: its items as files to map, counts, orders, completions."""

from embedcurate.browsing.browser import Browser, Narrowed
from embedcurate.browsing.completion import Completion, Option
from embedcurate.browsing.listing import COLUMNS, MARK_COLUMNS, PICKS

__all__ = [
    "COLUMNS",
    "MARK_COLUMNS",
    "PICKS",
    "Browser",
    "Completion",
    "Narrowed",
    "Option",
]
