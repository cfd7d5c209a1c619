"""Find items that are the same, nearly the same or similar, and choose which one stays."""

from embedcurate.duplicates.finding import find
from embedcurate.duplicates.keeping import RULES, Rule
from embedcurate.duplicates.levels import Level, Threshold
from embedcurate.duplicates.newcomer import Match, Matches, like_file
from embedcurate.duplicates.result import Copy, Duplicates, Group, Histogram

__all__ = [
    "RULES",
    "Copy",
    "Duplicates",
    "Group",
    "Histogram",
    "Level",
    "Match",
    "Matches",
    "Rule",
    "Threshold",
    "find",
    "like_file",
]
