"""Source -> decode -> encode -> store, so that the model rarely waits and nothing is done twice."""

from embedcurate.indexing.looking import Look, Offer, look
from embedcurate.indexing.report import Failure, IndexReport
from embedcurate.indexing.run import index, open_and_index

__all__ = ["Failure", "IndexReport", "Look", "Offer", "index", "look", "open_and_index"]
