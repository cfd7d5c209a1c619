"""How good a space is on the items of a collection."""

from embedcurate.evaluation.retrieval import Retrieval, by_captions, retrieval

__all__ = ["Retrieval", "by_captions", "retrieval"]
