"""Long texts, cut into overlapping passages that each fit a model's context."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from embedcurate.items import Segment

__all__ = ["Tokens", "passages", "tokens_by_word", "tokens_of"]

_PIECE = re.compile(r"\S{1,50}")  # some tokenizers take the square of a word's length
_SENTENCE_ENDS = frozenset(".!?…\n")


class Tokens(Protocol):
    """Where the tokens of a text lie; `tokenizers.Encoding` is one."""

    @property
    def offsets(self) -> Sequence[tuple[int, int]]:
        """The (start, end) of each token, in characters of the text."""

    @property
    def word_ids(self) -> Sequence[int | None]:
        """Of each token the number of the word that it is of."""


def tokens_of(tokenizer: Any, text: str) -> Tokens:
    """Return the tokens of `text` by a fast tokenizer of transformers, none added, none cut off."""
    found: Tokens = tokenizer(
        text, add_special_tokens=False, truncation=False, padding=False, verbose=False
    )[0]
    return found


def tokens_by_word(text: str, count: Callable[[str], int]) -> Tokens:
    """Return the tokens of a tokenizer that does not say where they lie: spread over their words.

    `count` says how many tokens a word has; words without white space for long are cut.
    """
    offsets, words = [], []
    for number, found in enumerate(_PIECE.finditer(text)):
        start, size, parts = found.start(), len(found[0]), count(found[0])
        cuts = [start + size * part // parts for part in range(parts)] + [found.end()]
        offsets += [(cuts[part], cuts[part + 1]) for part in range(parts)]
        words += [number] * parts
    return _Spread(offsets, words)


@dataclass(frozen=True, slots=True)
class _Spread:
    offsets: Sequence[tuple[int, int]]
    word_ids: Sequence[int | None]


def passages(text: str, tokens: Tokens, *, room: int, overlap: int) -> list[Segment]:
    """Cut `text` at the ends of sentences where there are any, else of words.

    `room` is how many tokens a passage may have, besides those that the model adds; `overlap`, less
    than half of it, how many neighbours share. Returns one segment if all of the text fits.
    """
    spans, words = tokens.offsets, tokens.word_ids  # once: they are made anew each time
    if len(spans) <= room:
        return [Segment(0, len(text))]

    def begins_sentence(token: int) -> bool:
        end, start = spans[token - 1][1], spans[token][0]
        return text[end - 1] in _SENTENCE_ENDS or "\n" in text[end:start]

    def begins_word(token: int) -> bool:
        # Some tokenizers know no words: there white space tells, before a token or at its start.
        start = spans[token][0]
        around = text[max(0, start - 1) : start + 1]
        return words[token] != words[token - 1] or any(map(str.isspace, around))

    found, first = [], 0
    while first + room < len(spans):
        most = range(first + room, first + room // 2, -1)
        cut = next(filter(begins_sentence, most), None) or next(filter(begins_word, most), most[0])
        found.append(Segment(spans[first][0] if first else 0, spans[cut][0]))
        first = next(filter(begins_word, range(cut - overlap, cut)), cut)
    found.append(Segment(spans[first][0], len(text)))
    return found
