"""Long texts read by parts, and where the words of a query stand in them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from embedcurate.errors import QueryError
from embedcurate.query import Words, parse

__all__ = ["PART", "Part", "around", "occurrences", "units", "words_of"]

PART = 8_000
_SLACK = 1_000
_SHORTEST = 3
_COMMON = frozenset({
    "and", "are", "but", "for", "from", "has", "have", "her", "his", "into", "its", "near", "not",
    "one", "over", "some", "than", "that", "the", "their", "them", "then", "there", "they", "this",
    "was", "were", "what", "when", "which", "who", "with", "without", "you", "your",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """The characters from `start` to `end` of a text; both stand at white space."""

    start: int
    end: int

    def earlier(self, text: str) -> "Part":
        """Return the part that begins earlier by about `PART` characters."""
        return Part(_cut(text, max(self.start - PART, 0)), self.end)

    def later(self, text: str) -> "Part":
        """Return the part that ends later by about `PART` characters."""
        return Part(self.start, _cut(text, min(self.end + PART, len(text))))


def around(text: str, place: float) -> Part:
    """Return the part of a text that has a place, a little of what stands before it included."""
    start = _cut(text, max(int(place) - PART // 4, 0))
    return Part(start, _cut(text, min(start + PART, len(text))))


def _cut(text: str, place: int) -> int:
    """Return the place of the white space before `place` that is best to cut at."""
    if place <= 0 or place >= len(text):
        return min(max(place, 0), len(text))
    for mark in ("\n", " "):
        found = text.rfind(mark, max(place - _SLACK, 0), place)
        if found >= 0:
            return found + 1
    return place


def words_of(query: str) -> tuple[str, ...]:
    """Return the phrases and words that a query looks for, without words that any text has."""
    try:
        asked = parse(query)
    except QueryError:
        return ()
    said = [
        word
        for term in asked.terms
        if term.weight > 0 and isinstance(term.what, Words)
        for word in re.findall(r"\w+", term.what.text)
    ]
    phrases = [phrase.text for phrase in asked.phrases if not phrase.excluded]
    telling = (w for w in said if len(w) >= _SHORTEST and w.lower() not in _COMMON)
    return tuple(dict.fromkeys([*phrases, *telling]))


def occurrences(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where words begin in a text, in any case and with any ending, from start to end."""
    wanted = sorted(words, key=len, reverse=True)
    if not wanted:
        return
    pattern = rf"\b(?:{'|'.join(map(re.escape, wanted))})\w*"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        yield match.span()


def units(text: str) -> Callable[[int], int]:
    """Return what turns a place in a text into Qt's, which counts UTF-16 units."""
    if text.isascii() or max(text) <= "\uffff":
        return int
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    beyond = np.cumsum(characters > 0xFFFF)
    return lambda place: place + int(beyond[place - 1]) if place else 0
