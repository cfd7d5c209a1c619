"""What is wrong with single items as media: blurred, silent, repeated, damaged and so on."""

from embedcurate.quality.asking import gone
from embedcurate.quality.checking import check
from embedcurate.quality.issues import SETTINGS, Issue, thresholds_of
from embedcurate.quality.keeping import kept_of
from embedcurate.quality.plugin import CheckPlugin
from embedcurate.quality.result import Flawed, IssueFound, Quality
from embedcurate.quality.scoring import score

__all__ = [
    "SETTINGS",
    "CheckPlugin",
    "Flawed",
    "Issue",
    "IssueFound",
    "Quality",
    "check",
    "gone",
    "kept_of",
    "score",
    "thresholds_of",
]
