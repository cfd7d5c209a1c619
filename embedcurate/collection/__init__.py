"""The store: items, vectors, texts and marks in a folder of its own."""

from embedcurate.collection.collection import Collection
from embedcurate.collection.operations import Decision, DecisionKind, Operation, Pair
from embedcurate.collection.origins import Origin
from embedcurate.collection.records import Encoded, Marks, Pick, TextMatch
from embedcurate.collection.settings import Settings
from embedcurate.collection.storage import Storage
from embedcurate.collection.turns import Turns
from embedcurate.collection.writer import Writer

__all__ = [
    "Collection",
    "Decision",
    "DecisionKind",
    "Encoded",
    "Marks",
    "Operation",
    "Origin",
    "Pair",
    "Pick",
    "Settings",
    "Storage",
    "TextMatch",
    "Turns",
    "Writer",
]
