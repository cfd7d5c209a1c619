"""Filters as typed expressions, and their evaluation over columns of items.

Text compares without regard to case, tags included. An absent value matches no comparison and no
pattern; `Not` is the plain complement, so ``Not(Compare("width_px", ">", 500))`` has the texts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

from embedcurate.items import ISSUES, Outcome

if TYPE_CHECKING:  # a query is parsed, and `--help` shown, without numpy or Arrow
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = [
    "RESULTS",
    "STATES",
    "All",
    "AnyOf",
    "Columns",
    "Compare",
    "Filter",
    "FoundBy",
    "Glob",
    "Is",
    "Not",
    "Operator",
    "Selected",
    "Tagged",
    "evaluate",
    "folded",
    "names_outcomes",
]

Operator: TypeAlias = Literal["=", "<", "<=", ">", ">="]


class FoundBy(NamedTuple):
    """Where a column of an analysis comes from: what it is called, and the verb that finds it."""

    what: str
    verb: str
    options: str = ""

    @property
    def command(self) -> str:
        """The command to run, without the program's name."""
        return f"{self.verb} COLLECTION{self.options}"


RESULTS = {
    "cluster": FoundBy("clusters", "clusters"),
    "duplicate": FoundBy("duplicates", "duplicates"),
    "leak": FoundBy("leaks", "leaks", " --between train,test"),
    "outlier": FoundBy("outliers", "outliers"),
    **{
        state: FoundBy("quality check", "quality")
        for state in ("poor", *(issue for issues in ISSUES.values() for issue in issues))
    },
}
"""Columns that the newest run of an analysis provides, by their names in its part `items`."""

STATES = (
    "pick", "reject", "marked", "unmarked", "tagged", "captioned", "labelled",
    *(name for name in RESULTS if name != "cluster"), *map(str, Outcome),
)  # fmt: skip
"""What `Is` knows by itself; any other name is that of a check that a plugin brings."""


@dataclass(frozen=True, slots=True)
class Compare:
    """A column of the items (or `stars`, or `cluster`) against a value."""

    column: str
    operator: Operator
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Glob:
    """A string column against a shell pattern of `*` and `?`; brackets are ordinary.

    The pattern must match the whole string, but on `path` and `name` any tail of the path that
    starts at a folder will do. `*` crosses folders, except in `name`, which is not a column of
    its own: it is the path's end.
    """

    column: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """Items that carry a tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class Selected:
    """Items of a named selection."""

    name: str


@dataclass(frozen=True, slots=True)
class Is:
    """Items in a state: one of `STATES`, or what the check of a plugin found.

    Those `marked` are picked, rejected, starred, tagged or noted.
    """

    state: str


@dataclass(frozen=True, slots=True)
class Not:
    """Items that the filter does not match."""

    of: "Filter"


@dataclass(frozen=True, slots=True)
class All:
    """Items that every filter matches; with none, all items."""

    of: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Items that at least one filter matches; with none, no item."""

    of: tuple["Filter", ...]


Filter: TypeAlias = Compare | Glob | Tagged | Selected | Is | Not | All | AnyOf


class Columns(Protocol):
    """What filters are evaluated on: `len()` items in a fixed order."""

    def __len__(self) -> int: ...

    def column(self, name: str) -> "pa.Array | pa.ChunkedArray":
        """Return (n,) values, plain or dictionary-encoded.

        The columns of the items, of the marks (`pick`, `stars`), and the bools `marked` and
        `tagged`. Raises `ResultMissing` for one of `RESULTS` that has not been computed.
        """
        ...

    def tagged(self, tag: str) -> "NDArray[np.bool_]":
        """Return (n,) bool: which items carry `tag`, in any case."""
        ...

    def selected(self, name: str) -> "NDArray[np.bool_]":
        """Return (n,) bool: which items are in a selection; raises `UnknownSelection`."""
        ...

    def flagged(self, check: str) -> "NDArray[np.bool_]":
        """Return (n,) bool: which items a plugin's check found something in.

        Raises `ResultMissing` for a check that has not been done, `UnknownState` if there is none.
        """
        ...


def evaluate(expression: Filter, columns: Columns) -> "NDArray[np.bool_]":
    """Tell which items match.

    Returns (n,) bool. Raises `ResultMissing` when it takes an analysis that has not been run.
    """
    import numpy as np

    match expression:
        case All(of):
            matches = np.ones(len(columns), np.bool_)
            for part in of:
                matches &= evaluate(part, columns)
            return matches
        case AnyOf(of):
            matches = np.zeros(len(columns), np.bool_)
            for part in of:
                matches |= evaluate(part, columns)
            return matches
        case Not(part):
            return ~evaluate(part, columns)
        case Tagged(tag):
            return columns.tagged(tag)
        case Selected(name):
            return columns.selected(name)
        case Is(state):
            return _in_state(state, columns)
        case Compare(column, operator, value):
            return _where(columns.column(column), _comparison(operator, value))
        case Glob(column, pattern):
            within = "path" if column == "name" else column
            return _where(columns.column(within), _matching(_regex(pattern, column)))


def names_outcomes(where: Filter) -> bool:
    """Tell whether a filter says itself which outcomes it wants."""
    match where:
        case All(of) | AnyOf(of):
            return any(map(names_outcomes, of))
        case Not(of):
            return names_outcomes(of)
        case Is(state):
            return state in set(Outcome)
        case Compare(column) | Glob(column):
            return column == "outcome"
        case _:
            return False


_Test: TypeAlias = "Callable[[pa.Array], pa.Array]"


def _in_state(state: str, columns: Columns) -> "NDArray[np.bool_]":
    match state:
        case "ok" | "failed" | "skipped" | "missing":
            return evaluate(Compare("outcome", "=", state), columns)
        case "pick" | "reject":
            return evaluate(Compare("pick", "=", state), columns)
        case "captioned":
            return evaluate(Glob("caption", "?*"), columns)
        case "labelled":
            return evaluate(Glob("label", "?*"), columns)
        case "unmarked":
            return ~_in_state("marked", columns)
        case "marked" | "tagged":
            return _where(columns.column(state), lambda values: values)
        case _ if state in STATES:
            return _where(columns.column(state), lambda values: values)
        case _:
            return columns.flagged(state)


def _where(column: "pa.Array | pa.ChunkedArray", test: _Test) -> "NDArray[np.bool_]":
    """Apply `test` to each distinct value of a dictionary, to each value of a plain column."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        return _bools(test(column))
    absent = len(column.dictionary)
    of_value = np.append(_bools(test(column.dictionary)), False)
    codes = pc.fill_null(column.indices.cast(pa.int32()), absent).to_numpy(zero_copy_only=False)
    matches: NDArray[np.bool_] = of_value[codes]
    return matches


def _bools(values: "pa.Array") -> "NDArray[np.bool_]":
    import pyarrow.compute as pc

    bools: NDArray[np.bool_] = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return bools


def _comparison(operator: Operator, value: str | int | float) -> _Test:
    import pyarrow as pa
    import pyarrow.compute as pc

    compare = {
        "=": pc.equal,
        "<": pc.less,
        "<=": pc.less_equal,
        ">": pc.greater,
        ">=": pc.greater_equal,
    }[operator]
    if isinstance(value, str):
        text = folded(pa.scalar(_storable(value)))
        return lambda values: compare(folded(values), text)
    fits = isinstance(value, int) and -(2**63) <= value < 2**63
    number = pa.scalar(value if fits else float(value))
    return lambda values: compare(values, number)


def folded(texts: Any) -> Any:
    """Return the Arrow strings, or the one, in the form in which texts are compared."""
    import pyarrow.compute as pc

    return pc.utf8_lower(texts)


def _matching(regex: str) -> _Test:
    import pyarrow.compute as pc

    return lambda values: pc.match_substring_regex(values, regex)


def _regex(pattern: str, column: str) -> str:
    """Translate a shell pattern for RE2, which runs in linear time whatever the pattern."""
    wild = {"*": "[^/]*", "?": "[^/]"} if column == "name" else {"*": ".*", "?": "."}
    start = "(?:^|/)" if column in {"name", "path"} else "^"
    pattern = re.sub(r"\*+", "*", _storable(pattern))
    return f"(?is){start}{''.join(wild.get(c) or _literal(c) for c in pattern)}$"


def _literal(character: str) -> str:
    return character if character.isalnum() else f"\\x{{{ord(character):x}}}"


def _storable(text: str) -> str:
    """Replace what Arrow can't store: the lone surrogates of names that are not UTF-8."""
    return text.encode("utf-8", "replace").decode()
