"""What could stand at the cursor of a query: keys of filters, and values that the items have."""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from embedcurate.browsing.counting import Counting
from embedcurate.browsing.facets import Codes
from embedcurate.browsing.marked import Tags
from embedcurate.clauses import KEY, KEYS, decimal, unquote, write
from embedcurate.collection import Collection
from embedcurate.filters import RESULTS, STATES, Compare, Is, Selected, Tagged

__all__ = ["Completion", "Option", "complete"]

_MOST = 12
_LEAST_TYPED = 2
"""Characters of a word from which on it may be the start of a tag or label, too."""

_SIGN = re.compile(r"[+-]?")
_OPERATOR = re.compile(r"(<=|>=|!=|<|>|=)?")
_AMOUNTS = {
    "size": "size",
    "width": "width_px",
    "height": "height_px",
    "duration": "duration_s",
    "characters": "characters",
}
_UNITS = ((10**9, "gb"), (10**6, "mb"), (10**3, "kb"))


@dataclass(frozen=True, slots=True)
class Option:
    """What to put in the place of what was typed; `count` is how many items have it, if known."""

    insert: str
    shown: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """The options, the best first; each takes the place of the text from `start` to the cursor."""

    start: int
    options: tuple[Option, ...]


def complete(
    text: str, cursor: int, collection: Collection, counting: Counting, tags: Tags
) -> Completion:
    """Return what could stand at `cursor` in `text`, at most 12 options.

    The keys that start with what is typed; after a key's colon its values, those first that start
    with it and then those that have it anywhere, the most frequent first. A word that may be a
    meaning is left alone, but a tag or label that starts with it is offered as a filter.
    """
    start = _token(text, cursor)
    sign = _SIGN.match(text, start, cursor)
    start = sign.end() if sign else start
    values = _Values(collection, counting, tags)
    if key := KEY.match(text, start, cursor):
        name, start = key[1].lower(), _last_value(text, key.end(), cursor)
        options = values.of(name) if name in KEYS else iter(())
        if text[start - 1] in "<>=!":
            options = _without_operator(options)
        return Completion(start, _fitting(_typed(text[start:cursor]), options))
    typed = text[start:cursor]
    if typed.startswith(("@", "#", '"')):
        return Completion(start, ())
    keys = [Option(f"{name}:", f"{name}:") for name in KEYS if name.startswith(typed.lower())]
    found: tuple[Option, ...] = ()
    if len(typed) >= _LEAST_TYPED:
        both = (
            Option(f"{name}:{one.insert}", f"{name}:{one.shown}", one.count)
            for name in ("tag", "label")
            for one in values.of(name)
            if one.shown.lower().startswith(typed.lower())
        )
        found = tuple(sorted(both, key=lambda one: -(one.count or 0)))
    return Completion(start, (*keys, *found)[:_MOST])


def _token(text: str, cursor: int) -> int:
    """Return where the token at the cursor starts: after the last white space outside quotes."""
    start, quoted, at = 0, False, 0
    while at < cursor:
        character = text[at]
        if quoted and character == "\\":
            at += 1
        elif character == '"':
            quoted = not quoted
        elif character.isspace() and not quoted:
            start = at + 1
        at += 1
    return start


def _last_value(text: str, start: int, cursor: int) -> int:
    """Return where the last of the alternatives between `start` and the cursor begins."""
    quoted, at = False, start
    while at < cursor:
        if quoted and text[at] == "\\":
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        elif text[at] == "," and not quoted:
            start = at + 1
        at += 1
    operator = _OPERATOR.match(text, start, cursor)
    return operator.end() if operator else start


def _typed(value: str) -> str:
    return unquote(value[1:].removesuffix('"')) if value.startswith('"') else value


def _without_operator(options: Iterator[Option]) -> Iterator[Option]:
    """Yield the values of options alone, each once: the operator is typed already."""
    seen = set()
    for option in options:
        value = option.insert.removeprefix(">=")
        if value not in seen:
            seen.add(value)
            yield option if value == option.insert else Option(value, value)


def _fitting(typed: str, options: Iterator[Option]) -> tuple[Option, ...]:
    typed = typed.lower()
    starting, containing = [], []
    for option in options:
        shown = option.shown.lower()
        if shown.startswith(typed):
            starting.append(option)
        elif typed in shown:
            containing.append(option)
        if len(starting) >= _MOST:
            break
    return (*starting, *containing)[:_MOST]


class _Values:
    """The values that the keys of filters can have, the most frequent first."""

    def __init__(self, collection: Collection, counting: Counting, tags: Tags) -> None:
        self._collection, self._counting, self._tags = collection, counting, tags

    def of(self, key: str) -> Iterator[Option]:
        makers: Mapping[str, Callable[[], Iterator[Option]]] = {
            "modality": lambda: self._column("modality"),
            "format": lambda: self._column("format"),
            "label": lambda: self._column("label"),
            "split": lambda: self._column("split"),
            "language": lambda: self._column("language"),
            "outcome": lambda: self._column("outcome"),
            "tag": self._tag,
            "selection": self._selection,
            "cluster": self._cluster,
            "path": self._folder,
            "stars": self._stars,
            "is": self._state,
            **{key: partial(self._amounts, column) for key, column in _AMOUNTS.items()},
        }
        return makers[key]() if key in makers else iter(())

    def _column(self, name: str) -> Iterator[Option]:
        for value, count in self._counting.codes(name).counts():
            if value:
                yield Option(_value(write(Compare(name, "=", value))), value, count)

    def _tag(self) -> Iterator[Option]:
        for name, count in Codes(self._tags.codes, self._tags.names).counts():
            yield Option(_value(write(Tagged(name))), name, count)

    def _selection(self) -> Iterator[Option]:
        for name in self._collection.selections.names():
            yield Option(_value(write(Selected(name))), name)

    def _cluster(self) -> Iterator[Option]:
        names = self._counting.cluster_names()
        codes = self._counting.result("cluster")
        for label, count in codes.counts() if codes else ():
            yield Option(str(label), f"{label} {names.get(label, 'noise')}", count)

    def _folder(self) -> Iterator[Option]:
        for folder, count in self._counting.folders_with_all():
            within = folder.rstrip(os.sep) + os.sep
            yield Option(_value(write(Compare("label", "=", within))), folder, count)

    def _stars(self) -> Iterator[Option]:
        for number in range(5, 0, -1):
            yield Option(f">={number}", f"{number} or more")
        for number in range(6):
            yield Option(str(number), str(number))

    def _amounts(self, column: str) -> Iterator[Option]:
        """Offer what a quarter, half and three quarters of the items reach, in round numbers."""
        found = self._counting.bins(column).counts()
        total = np.cumsum(found["counts"])
        if not len(total):
            return
        for share in (0.75, 0.5, 0.25):
            edge = found["edges"][int(np.searchsorted(total, (1 - share) * total[-1]))]
            amount = _rounded(edge, _UNITS if column == "size" else ())
            yield Option(f">={amount}", f">= {amount}")

    def _state(self) -> Iterator[Option]:
        for state in STATES:
            if state not in RESULTS:
                yield Option(state, state)
        for state in (*RESULTS, *self._counting.checks()):
            codes = self._counting.result(state)
            count = int(codes.numbers(None)[0]) if codes else None
            if state != "cluster" and count != 0:
                yield Option(_value(write(Is(state))), state, count)


def _rounded(number: float, units: Sequence[tuple[int, str]]) -> str:
    """Write a number with two digits that count, in the largest unit that it reaches."""
    scale, unit = next((one for one in units if number >= one[0]), (1, ""))
    return decimal(float(f"{number / scale:.2g}")).removesuffix(".0") + unit


def _value(clause: str) -> str:
    """Return what follows the key of a clause."""
    return clause.partition(":")[2]
