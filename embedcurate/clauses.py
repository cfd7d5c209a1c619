r"""The ``key:value`` clauses of the query language: text to typed filters, and back.

A value is a list of alternatives with commas and no spaces between them: words, or `"in quotes"`
where it has spaces, commas or a leading operator. Inside quotes, `\"` is a quote and `\\` a
backslash. Numbers take `=`, `!=`, `<`, `<=`, `>`, `>=`, ranges with both ends in (`3..5`, `3..`,
`..5`) and the units of their key; text takes `=`, `!=` and the wildcards `*` and `?`. `!=` is the
same as a leading `-`, and negates the whole list. On `path`, `name`, `caption` and `reason`,
a value without wildcards may stand anywhere in the text; after `=` it must be all of it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeAlias

from embedcurate.errors import QueryError, UnknownFilter
from embedcurate.filters import (
    STATES,
    All,
    AnyOf,
    Compare,
    Filter,
    Glob,
    Is,
    Not,
    Operator,
    Selected,
    Tagged,
)
from embedcurate.items import FIGURES

__all__ = ["KEY", "KEYS", "QUOTED", "clauses", "decimal", "quote", "read", "unquote", "write"]

KEY = re.compile(r"([^\W\d][\w-]+):(?!//|:)")
"""What may be a filter's key: not the start of a URL, nor of `std::vector`."""

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)

_ATOM = re.compile(r'(<=|>=|!=|<|>|=)?+(?:"((?:[^"\\]|\\.)*)"|([^\s,"][^\s,]*))', re.DOTALL)
_PLAIN = re.compile(r'(?!//|:)[^\s,"<>=!][^\s,]*')
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?) ?([a-z]*)", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d(?:\.\d+)?)", re.ASCII)
_LONGEST = 1000  # characters of a value: RE2 refuses to compile huge patterns


@dataclass(frozen=True, slots=True)
class _Atom:
    key: str
    operator: str
    value: str
    position: int

    def error(self, message: str) -> QueryError:
        return QueryError(message, self.position)


_Reader: TypeAlias = Callable[[_Atom], Filter]


def read(text: str, at: int) -> tuple[Filter, int]:
    """Read the clause whose key starts at `at`; return it and where it ends.

    Raises `UnknownFilter`, or `QueryError` with the position of what can't be understood.
    """
    key = KEY.match(text, at)
    if key is None:
        raise ValueError(f"no key at {at}")
    name = key[1].lower()
    if name not in KEYS:
        raise UnknownFilter(name, KEYS, at)
    atoms, end = _atoms(text, key.end(), name)
    differs = atoms[0].operator == "!="
    alternatives = tuple(KEYS[name](atom) for atom in atoms)
    clause = alternatives[0] if len(alternatives) == 1 else AnyOf(alternatives)
    return (Not(clause) if differs else clause), end


def _atoms(text: str, at: int, key: str) -> tuple[list[_Atom], int]:
    atoms: list[_Atom] = []
    while True:
        match = _ATOM.match(text, at)
        if match is None:
            raise _no_value(text, at, key)
        operator, quoted, plain = match.groups()
        end = match.end()
        if operator == "!=" and atoms:
            raise QueryError("'!=' goes before the first value, and negates them all.", at)
        value = plain if quoted is None else unquote(quoted)
        if not value or len(value) > _LONGEST:
            raise QueryError(f"A value takes 1 to {_LONGEST} characters.", at)
        atoms.append(_Atom(key, operator or "", value, at))
        if text[end : end + 1] != ",":
            break
        at = end + 1
    if text[end : end + 1].strip():
        raise QueryError("Put a space after the closing quote.", end)
    return atoms, end


def _no_value(text: str, at: int, key: str) -> QueryError:
    if text[at:].lstrip("<>=!").startswith('"'):
        return QueryError("The quotes that open here are never closed.", at)
    return QueryError(
        f"'{key}:' lacks a value here; it follows without a space. "
        f"To search for the word itself write {key}\\:",
        at,
    )


def _only_equal(atom: _Atom) -> None:
    if atom.operator not in {"", "=", "!="}:
        raise atom.error(f"'{atom.key}:' has no order to compare with '{atom.operator}'.")


def _numbers(column: str, units: Mapping[str, Decimal | int]) -> _Reader:
    def number(text: str, atom: _Atom) -> int | float:
        if (clock := _CLOCK.fullmatch(text)) and column == "duration_s":
            hours, minutes, seconds = (Decimal(part or 0) for part in clock.groups())
            return _binary(hours * 3600 + minutes * 60 + seconds, atom)
        if not (match := _NUMBER.fullmatch(text)):
            raise atom.error(f"'{atom.key}:' takes a number, not '{text}'.")
        unit = match[2].lower()
        if unit and unit not in units:
            known = f"one of {', '.join(units)}" if units else "without a unit"
            raise atom.error(f"'{atom.key}:' takes a number, {known}, not '{match[2]}'.")
        return _binary(Decimal(match[1]) * (units[unit] if unit else 1), atom)

    def reader(atom: _Atom) -> Filter:
        low, dots, high = atom.value.partition("..")
        if not dots:
            operator: Operator = {"!=": "=", "": "="}.get(atom.operator, atom.operator)  # type: ignore[assignment]
            return Compare(column, operator, number(low, atom))
        if atom.operator not in {"", "!="}:
            raise atom.error(f"A range such as 3..5 takes no '{atom.operator}'.")
        least = Compare(column, ">=", number(low, atom)) if low else None
        most = Compare(column, "<=", number(high, atom)) if high else None
        if least and most and least.value > most.value:  # type: ignore[operator]
            raise atom.error(f"The range {atom.value} ends before it starts.")
        if least and most:
            return All((least, most))
        if bound := least or most:
            return bound
        raise atom.error(f"'{atom.key}:' takes a number on at least one side of '..'.")

    return reader


def _binary(number: Decimal, atom: _Atom) -> int | float:
    if abs(number) >= 2**63:
        raise atom.error(f"The number {atom.value} is too large.")
    real = float(number)
    return int(number) if number == int(number) else int(real) if real.is_integer() else real


def _choice(choices: Mapping[str, Filter]) -> _Reader:
    def reader(atom: _Atom) -> Filter:
        _only_equal(atom)
        if choice := choices.get(atom.value.lower()):
            return choice
        close = get_close_matches(atom.value.lower(), choices, n=1)
        hint = f"Did you mean '{close[0]}'?" if close else f"It takes {', '.join(choices)}."
        raise atom.error(f"'{atom.key}:' does not know '{atom.value}'. {hint}")

    return reader


def _texts(column: str) -> _Reader:
    def reader(atom: _Atom) -> Filter:
        _only_equal(atom)
        wild = "*" in atom.value or "?" in atom.value
        return Glob(column, atom.value) if wild else Compare(column, "=", atom.value)

    return reader


def _patterns(column: str) -> _Reader:
    def reader(atom: _Atom) -> Filter:
        _only_equal(atom)
        whole = "*" in atom.value or "?" in atom.value or atom.operator == "="
        return Glob(column, atom.value if whole else f"*{atom.value}*")

    return reader


def _tag(atom: _Atom) -> Filter:
    _only_equal(atom)
    return Tagged(atom.value)


def _state(atom: _Atom) -> Filter:
    _only_equal(atom)
    known = atom.value.lower()
    return Is(known if known in STATES else atom.value)  # else that of a plugin's check, if at all


def _selection(atom: _Atom) -> Filter:
    _only_equal(atom)
    return Selected(atom.value)


_BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_BYTES |= {"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_SECONDS = {"s": Decimal(1), "m": Decimal(60), "h": Decimal(3600), "ms": Decimal("0.001")}
_SECONDS |= {"sec": Decimal(1), "min": Decimal(60)}
_MODALITIES = {
    "image": ("image", "images", "picture", "pictures", "photo", "photos"),
    "text": ("text", "texts", "document", "documents"),
    "audio": ("audio", "sound", "sounds", "music"),
}
_OUTCOMES = ("ok", "skipped", "failed", "missing")

KEYS: Mapping[str, _Reader] = {
    "modality": _choice(
        {
            alias: Compare("modality", "=", modality)
            for modality, aliases in _MODALITIES.items()
            for alias in aliases
        }
    ),
    "is": _state,
    "outcome": _choice({outcome: Compare("outcome", "=", outcome) for outcome in _OUTCOMES}),
    "tag": _tag,
    "selection": _selection,
    "stars": _numbers("stars", {}),
    "width": _numbers("width_px", {"px": 1}),
    "height": _numbers("height_px", {"px": 1}),
    "size": _numbers("size", _BYTES),
    "duration": _numbers("duration_s", _SECONDS),
    "rate": _numbers("rate_hz", {"hz": 1, "khz": 1000}),
    "channels": _numbers("channels", {}),
    "characters": _numbers("characters", {}),
    "cluster": _numbers("cluster", {}),
    "label": _texts("label"),
    "split": _texts("split"),
    "format": _texts("format"),
    "path": _patterns("path"),
    "name": _patterns("name"),
    "caption": _patterns("caption"),
    "reason": _patterns("reason"),
    "language": _texts("language"),
    **{name: _numbers(name, {}) for names in FIGURES.values() for name in names},
}

_KEY_OF = {"width_px": "width", "height_px": "height", "duration_s": "duration", "rate_hz": "rate"}


def write(clause: Filter) -> str:
    """Write a clause as `read` reads it; raise `ValueError` for what no clause can say."""
    if isinstance(clause, Not):
        return f"-{write(clause.of)}"
    parts = clause.of if isinstance(clause, AnyOf) else (clause,)
    pairs = [_pair(part) for part in parts]
    keys = {key for key, _ in pairs}
    if len(keys) != 1:
        raise ValueError(f"a clause has one key: {clause}")
    return f"{keys.pop()}:{','.join(value for _, value in pairs)}"


def clauses(where: Filter) -> list[str]:
    """Return the clauses of a filter, all of which have to match.

    A part that no clause can say stands there as it does in Python.
    """
    if isinstance(where, All):
        return [clause for part in where.of for clause in clauses(part)]
    try:
        return [write(where)]
    except ValueError:
        return [repr(where)]


def _pair(atom: Filter) -> tuple[str, str]:
    match atom:
        case Tagged(tag):
            return "tag", _value(tag)
        case Selected(name):
            return "selection", _value(name)
        case Is(state):
            return "is", _value(state)
        case Compare(column, "=", str(value)):
            return column, _value(value)
        case Compare(column, operator, int(value) | float(value)):
            return _KEY_OF.get(column, column), f"{operator}{decimal(value)}".lstrip("=")
        case All((Compare(column, ">=", int(low) | float(low)), Compare(_, "<=", high))) if (
            isinstance(high, int | float)
        ):
            return _KEY_OF.get(column, column), f"{decimal(low)}..{decimal(high)}"
        case Glob(column, pattern):
            exact = "=" if not re.search(r"[*?]", pattern) else ""
            return column, exact + _value(pattern)
        case _:
            raise ValueError(f"no clause says {atom}")


def _value(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else quote(text)


def decimal(number: float) -> str:
    """Write a number without an exponent, so that reading it gives the same number."""
    return format(Decimal(repr(number)), "f")


def quote(text: str) -> str:
    """Put `text` in quotes, so that `QUOTED` and `unquote` give it back."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def unquote(body: str) -> str:
    """Return what stands between the quotes without its escapes."""
    return re.sub(r'\\(["\\])', r"\1", body)
