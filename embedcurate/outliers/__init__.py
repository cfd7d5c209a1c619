"""Items unlike all others of their modality, and labels that an item's neighbours contradict."""

from embedcurate.outliers.labels import Disputed, disputed
from embedcurate.outliers.oddity import THRESHOLD, Scores, distinct, scores
from embedcurate.outliers.scoring import DisputedLabel, Oddity, Outliers, score

__all__ = [
    "THRESHOLD",
    "Disputed",
    "DisputedLabel",
    "Oddity",
    "Outliers",
    "Scores",
    "disputed",
    "distinct",
    "score",
    "scores",
]
