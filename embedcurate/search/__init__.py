"""Find items of all kinds by meaning, by full text, by example and by filter."""

from embedcurate.search.result import Contribution, Hit, SearchResult
from embedcurate.search.searcher import Searcher

__all__ = ["Contribution", "Hit", "SearchResult", "Searcher"]
