"""Texts: how many words, how repetitive, whether language at all and which, what decoding spoilt.

Languages are told apart by py3langid (Lui and Baldwin 2012): 140 languages and a class for what is
none. Its weights ship with it as plain arrays; it runs wherever Python does.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = ["language", "measure"]

_LONGEST = 100_000
"""Characters that are looked at, from the start."""

_LANGUAGE_CHARACTERS = 2_000
_LIKELY = 0.5
_NO_LANGUAGE = "zxx"  # of ISO 639-2

_CHUNK_WORDS, _CHUNKS = 12, 32
_CHUNK_CHARACTERS = 400

_RUN = 5  # words that come again in the same order are a repetition, as in Rae et al. (2021)

# Signs of scripts that put no spaces between words are words of their own.
_WORD = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
    r"|[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
)

# The bytes that follow a first one in UTF-8, 80 to BF, as they look when read as Latin-1 or cp1252.
_CP1252 = bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
_NEXT = f"[\u0080-\u00bf\ufffd{_CP1252}]"
# Quotes, dashes and dots may well follow a capital that ends a word.
_RARE = "".join(
    sign for sign in _CP1252 if sign not in "\u2013\u2014\u2018\u2019\u201c\u201d\u2026"
)
_DAMAGE = re.compile(
    "[\ufffd\u0080-\u0084\u0086-\u009f\ue000-\uf8ff]"  # never written; U+0085 ends lines
    f"|[ÂÃ][\u0080-\u009f\u00a1-\u00bf{_RARE}]|Ã\u00a0(?=\\w)"  # Latin letters, signs
    f"|[ÄÅ][\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf{_RARE}]"  # more letters
    f"|â€{_NEXT}?|ï»¿|ðŸ{_NEXT}{{2}}"  # quotes and dashes, the byte order mark, emoji
    f"|(?:[Ã-ß]{_NEXT}){{3,}}|(?:[à-ï]{_NEXT}{{2}}){{2,}}"  # words of other scripts
)


def measure(text: str) -> dict[str, float]:
    """Measure a text, of which the first 100,000 characters are looked at.

    Returns
    -------
    words
        How many words there are: runs of letters, single signs of scripts without spaces; of a
        longer text, estimated from its start.
    repetition
        The share of the words that stand in five words, or in a line, which came before.
    gibberish_ratio
        The share of the words, taken twelve at a time, that py3langid holds for no language: what
        hands drum on a Latin keyboard, codes, base64. Other scripts' are taken for their languages.
    damage
        The share of the characters that a wrong encoding left: replacement characters, controls,
        private ones, and UTF-8 that was read as Latin-1 ("Ã©").
    """
    start = text[:_LONGEST]
    words = _WORD.findall(start)
    return {
        "words": float(round(len(words) * len(text) / max(1, len(start)))),
        "repetition": _repetition(words, start),
        "gibberish_ratio": _gibberish(start),
        "damage": sum(len(found) for found in _DAMAGE.findall(start)) / max(1, len(start)),
    }


def language(text: str) -> str | None:
    """Return the ISO 639 code of the language that a text most likely is in; None if in doubt."""
    code = _likely(" ".join(text[:_LANGUAGE_CHARACTERS].split()))
    return None if code == _NO_LANGUAGE else code


def _repetition(words: list[str], text: str) -> float:
    """Return the larger of the share of repeated runs of words and of repeated lines."""
    words = [word.casefold() for word in words]
    runs = Counter(zip(*(words[place:] for place in range(_RUN)), strict=False))
    lines = Counter(line for line in map(str.strip, text.splitlines()) if line)
    characters = {line: len(line) for line in lines}
    return max(_again(runs.values(), [1] * len(runs)), _again(lines.values(), characters.values()))


def _again(counts: Iterable[int], sizes: Iterable[int]) -> float:
    """Return the share that is taken by all but the first of equal ones, as `sizes` weigh them."""
    both = np.array([list(counts), list(sizes)], np.int64)
    return float((both[0] - 1) @ both[1] / max(1, both[0] @ both[1]))


def _gibberish(text: str) -> float:
    tokens = text.split()
    starts = range(0, len(tokens), _CHUNK_WORDS)
    chosen = {round(place) for place in np.linspace(0, len(starts) - 1, _CHUNKS)} if starts else ()
    of_none = total = 0
    for place in chosen:
        chunk = tokens[starts[place] : starts[place] + _CHUNK_WORDS]
        of_none += len(chunk) * (_likely(" ".join(chunk)[:_CHUNK_CHARACTERS]) == _NO_LANGUAGE)
        total += len(chunk)
    return of_none / max(1, total)


@lru_cache(maxsize=1)  # a short text is one chunk
def _likely(text: str) -> str | None:
    code, confidence = _identifier().classify(text)
    return code if confidence >= _LIKELY else None


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
