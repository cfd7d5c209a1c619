r"""The query language: text to terms, phrases and filters, and back.

    golden retriever            words are meaning
    "in the snow"               full text; -"in the snow" leaves out what has it
    dog + @pool.jpg - fruit     terms are added and subtracted: words, @file, #item-id
    2:dog + 0.5:@"my cat.jpg"   and weighed
    modality:image -tag:cat     filters, anywhere between the words; see `clauses`

A `+` or `-` counts only at the start of a token, so `t-shirt` and `C++` are words. Words on both
sides of a filter or of a phrase are one term. A colon followed by a space, or in `12:30` and in a
URL, is prose. Outside quotes, a backslash makes the `"`, `+`, `-`, `@`, `#`, `:` or backslash that
follows it ordinary: `\-5 degrees`, `re\:zero`. Only in `@C:\file.jpg` backslashes are themselves.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from embedcurate import clauses
from embedcurate.errors import QueryError
from embedcurate.filters import All, Filter, Not

__all__ = ["ItemRef", "MediumFile", "Phrase", "Query", "Term", "Words", "format", "parse"]
__all__ += ["parse_filter"]

_SIGN = re.compile(r"([+-])(?![+-])\s*")
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?):(?!\d)\s*", re.ASCII)
_TOKEN = re.compile(r"\S+")
_ITEM = re.compile(r"[0-9a-f]{6,32}", re.IGNORECASE)
_ESCAPED = re.compile(r'\\([\\":+\-@#])')
_HEAVIEST = 1000


@dataclass(frozen=True, slots=True)
class Words:
    """Words that are searched by their meaning."""

    text: str


@dataclass(frozen=True, slots=True)
class MediumFile:
    """A picture, sound or text on disk, whether or not it is in the collection."""

    path: Path


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An item of the collection: its id, or the first 6 digits or more if no other starts so."""

    id: str


@dataclass(frozen=True, slots=True)
class Term:
    """What to look for, or to avoid where `weight` is negative."""

    weight: float
    what: Words | MediumFile | ItemRef


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text that names, captions or passages must contain, or must not if `excluded`."""

    text: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A search: rank by the sum of the terms what has the phrases and matches the filter.

    `parse` gives an `All` of clauses as the filter, empty where there are none.
    """

    terms: tuple[Term, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    filter: Filter = field(default_factory=All)


def parse(text: str) -> Query:
    """Read a query; raise `QueryError`, which carries a position, for what it can't mean."""
    return _Reading(text).query()


def parse_filter(text: str) -> Filter:
    """Read a filter, as `--where` takes it; words, files, items and phrases are errors."""
    query = parse(text)
    if query.terms or query.phrases:
        odd = format(Query(query.terms, query.phrases))
        raise QueryError(
            f"'{odd}' is not a filter. Filters look like modality:image, stars:>=3 or -tag:cat."
        )
    return query.filter


def format(query: Query) -> str:  # noqa: A001 - read as `query.format`, the reverse of `query.parse`
    """Write `query` so that `parse` gives it back.

    Raises `ValueError` for what the language can't say: alternatives between different keys,
    words with white space other than single spaces, a weight of 0.
    """
    of = query.filter.of if isinstance(query.filter, All) else (query.filter,)
    terms = [_written(term, first=not place) for place, term in enumerate(query.terms)]
    phrases = ["-" * phrase.excluded + clauses.quote(phrase.text) for phrase in query.phrases]
    text = " ".join([*terms, *phrases, *map(clauses.write, of)])
    try:
        back = parse(text)
    except QueryError as error:
        raise ValueError(f"no query says {query}") from error
    if back != Query(query.terms, query.phrases, All(of)):
        raise ValueError(f"no query says {query}")
    return text


def _written(term: Term, *, first: bool) -> str:
    sign = "- " if term.weight < 0 else "" if first else "+ "
    weight = "" if abs(term.weight) == 1 else f"{clauses.decimal(abs(term.weight))}:"
    match term.what:
        case Words(text):
            what = " ".join(map(_escaped, text.split(" ")))
            # A digit after the colon would make it a time of day.
            return f"{sign}{weight}{' ' if weight and what[:1].isdigit() else ''}{what}"
        case MediumFile(path):
            name = str(path)
            plain = _TOKEN.fullmatch(name) and not name.startswith('"')
            return f"{sign}{weight}@{name if plain else clauses.quote(name)}"
        case ItemRef(item):
            return f"{sign}{weight}#{item}"


def _escaped(word: str) -> str:
    escaped = word.replace("\\", "\\\\")
    if clauses.KEY.match(word) or _WEIGHT.match(word):
        escaped = escaped.replace(":", "\\:")
    return f"\\{escaped}" if word[:1] in {"+", "-", "@", "#", '"'} else escaped


class _Reading:
    """A query that is being read from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._terms: list[Term] = []
        self._words: list[str] = []
        self._weight = 1.0
        self._phrases: list[Phrase] = []
        self._filters: list[Filter] = []

    def query(self) -> Query:
        while token := _TOKEN.search(self._text, self._at):
            self._at = token.start()
            self._token()
        self._end_words()
        return Query(tuple(self._terms), tuple(self._phrases), All(tuple(self._filters)))

    def _token(self) -> None:
        start = self._at
        sign = self._take(_SIGN)
        weight = self._take_weight(at_start=sign is not None or not self._words)
        signed = (-1.0 if sign and sign[1] == "-" else 1.0) * (weight or 1.0)
        opening, more = self._peek(self._at), self._peek(self._at + 1).strip()
        if not opening:
            raise QueryError(f"Nothing follows the '{self._text[start:].strip()}'.", start)
        key = clauses.KEY.match(self._text, self._at)
        is_clause = key and (self._peek(key.end()).strip() or key[1].lower() in clauses.KEYS)
        if weight is not None and (opening == '"' or is_clause):
            raise QueryError("A weight goes with words, an @file or an #item.", start)
        if opening == '"':
            self._phrases.append(Phrase(self._quoted(), excluded=signed < 0))
        elif opening == "@" and more:
            self._end_words()
            self._terms.append(Term(signed, MediumFile(self._file())))
        elif opening == "#" and more:
            self._end_words()
            self._terms.append(Term(signed, ItemRef(self._item())))
        elif is_clause:
            clause, self._at = clauses.read(self._text, self._at)
            self._filters.append(_negated(clause) if signed < 0 else clause)
        else:
            if sign or weight is not None or not self._words:
                self._end_words()
                self._weight = signed
            self._words.append(self._word())

    def _peek(self, at: int) -> str:
        return self._text[at : at + 1]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        if match := pattern.match(self._text, self._at):
            self._at = match.end()
        return match

    def _take_weight(self, *, at_start: bool) -> float | None:
        match = _WEIGHT.match(self._text, self._at)
        if not match or not (at_start or self._peek(match.end()) in {"@", "#"}):
            return None
        weight = float(match[1])
        if not 0 < weight <= _HEAVIEST:
            raise QueryError(f"A weight is more than 0 and at most {_HEAVIEST}.", self._at)
        self._at = match.end()
        return weight

    def _quoted(self) -> str:
        start = self._at
        match = self._take(clauses.QUOTED)
        if not match:
            raise QueryError("The quotes that open here are never closed.", start)
        if self._peek(self._at).strip():
            raise QueryError("Put a space after the closing quote.", self._at)
        if not match[1].strip():
            raise QueryError("There is nothing between the quotes.", start)
        return clauses.unquote(match[1])

    def _word(self) -> str:
        token = self._take(_TOKEN)
        return _ESCAPED.sub(r"\1", token[0]) if token else ""

    def _file(self) -> Path:
        start = self._at
        self._at += 1
        token = None if self._peek(self._at) == '"' else self._take(_TOKEN)
        name = token[0] if token else self._quoted()
        if "\0" in name:
            raise QueryError("The name of a file can't hold a NUL character.", start)
        return Path(name)

    def _item(self) -> str:
        start = self._at
        token = self._take(_TOKEN)
        name = token[0][1:] if token else ""
        if not _ITEM.fullmatch(name):
            raise QueryError(
                f"'#{name}' is not the id of an item, which has 6 to 32 of the digits 0-9 and a-f. "
                f"To search for the word itself write \\#{name}",
                start,
            )
        return name.lower()

    def _end_words(self) -> None:
        if self._words:
            self._terms.append(Term(self._weight, Words(" ".join(self._words))))
            self._words = []


def _negated(clause: Filter) -> Filter:
    return clause.of if isinstance(clause, Not) else Not(clause)
