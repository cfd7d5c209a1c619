"""How good a space is on the items of a collection."""

from embedcurate.evaluation.evaluate import Evaluation, WordFiles, evaluate
from embedcurate.evaluation.page import as_html, write_html
from embedcurate.evaluation.retrieval import Retrieval, by_captions, retrieval

__all__ = [
    "Evaluation",
    "Retrieval",
    "WordFiles",
    "as_html",
    "by_captions",
    "evaluate",
    "retrieval",
    "write_html",
]
