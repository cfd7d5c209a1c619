"""The order of items by a column; unknown values come last, whichever way."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.collection.checked import checks_of_results
from embedcurate.errors import QueryError, ResultMissing
from embedcurate.filters import RESULTS, folded
from embedcurate.items import FIGURES, ISSUES

__all__ = ["SORTS", "Order", "order_of"]

_PLAIN = (
    "path", "size", "mtime_ns", "modality", "format", "width_px", "height_px", "duration_s",
    "rate_hz", "channels", "characters", "caption", "label", "split", "language", "outcome",
    "reason", "pick", "stars", "cluster",
)  # fmt: skip
_ISSUES = tuple(issue for issues in ISSUES.values() for issue in issues)
_MADE = ("name", "pixels", "aspect", "random", "outlier")

SORTS = (*_PLAIN, *_MADE, *(name for names in FIGURES.values() for name in names), *_ISSUES)
"""What items can be sorted by: columns, figures, the scores of issues and of oddity."""


@dataclass(frozen=True, slots=True)
class Order:
    """All rows in ascending order: (n,) int64; the first `known` have a value."""

    rows: NDArray[np.int64]
    known: int

    def of(self, mask: NDArray[np.bool_], *, descending: bool = False) -> NDArray[np.int64]:
        """Return the rows of a mask (n,) bool in this order, or in the opposite one."""
        rows = self.rows
        if descending:
            rows = np.concatenate([rows[: self.known][::-1], rows[self.known :]])
        chosen: NDArray[np.int64] = rows[mask[rows]]
        return chosen


def order_of(collection: Collection, name: str, *, separator: str) -> Order:
    """Return the order of a collection's items; equal ones by their ids.

    By one of `SORTS`, or by the scores of a plugin's check that was done.

    Raises `QueryError` for what items can't be sorted by, `ResultMissing` for what an analysis
    has to find first.
    """
    if name not in SORTS and name not in checks_of_results(collection.results):
        sorts = (*SORTS, *checks_of_results(collection.results))
        close = get_close_matches(name, sorts, n=1)
        hint = f"Did you mean '{close[0]}'?" if close else f"There are {', '.join(sorts)}."
        raise QueryError(f"Items can't be sorted by '{name}'. {hint}")
    values = _values(collection, name, separator)
    if pa.types.is_dictionary(values.type):
        words = folded(values.dictionary) if pa.types.is_string(values.type.value_type) else None
        rank = _ranks(values.dictionary if words is None else words)
        codes = pc.fill_null(values.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
        numbers = np.append(rank, -1)[codes]
        known = np.flatnonzero(numbers >= 0)
        order = known[np.argsort(numbers[known], kind="stable")]
        unknown = np.flatnonzero(numbers < 0)
    else:
        if pa.types.is_floating(values.type):
            values = pc.if_else(pc.is_finite(values), values, None)
        if pa.types.is_string(values.type):
            values = folded(values)
        unknown = np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False))
        order = pc.sort_indices(values).to_numpy().astype(np.int64)[: len(values) - len(unknown)]
    return Order(np.concatenate([order, unknown]).astype(np.int64), len(order))


def _ranks(values: pa.Array) -> NDArray[np.int64]:
    """Return the place of each distinct value among them: (v,) int64."""
    ranks = np.empty(len(values), np.int64)
    ranks[pc.sort_indices(values).to_numpy()] = np.arange(len(values))
    return ranks


def _values(collection: Collection, name: str, separator: str) -> pa.Array:
    catalogue = collection.catalogue
    if name in _ISSUES or name not in SORTS:
        return _along(collection, name, "quality", "scores", name)
    made: dict[str, Callable[[], pa.Array]] = {
        "name": lambda: pc.replace_substring_regex(
            catalogue.column("path"), f"(?s)^.*{re.escape(separator)}", ""
        ),
        "pixels": lambda: pc.multiply(_wide(catalogue.column("width_px")), _height(collection)),
        "aspect": lambda: pc.divide(
            catalogue.column("width_px").cast(pa.float64()), _height(collection)
        ),
        "random": lambda: pa.array(np.random.default_rng(0).random(len(catalogue))),
        "outlier": lambda: _along(collection, name, "outliers", "items", "score"),
    }
    return made[name]() if name in made else catalogue.column(name)


def _wide(values: pa.Array) -> pa.Array:
    return values.cast(pa.int64())


def _height(collection: Collection) -> pa.Array:
    return _wide(collection.catalogue.column("height_px"))


def _along(collection: Collection, state: str, verb: str, part: str, name: str) -> pa.Array:
    """Return a column of the newest run of a verb along the catalogue's rows."""
    run = collection.results.latest(verb)
    if run is None:
        raise ResultMissing(RESULTS[state].what, RESULTS[state].command)
    rows = collection.catalogue.rows_of(collection.results.table(run, "items")["id"])
    numbers = collection.results.table(run, part)[name].to_numpy()
    found = np.full(len(collection.catalogue), np.nan)
    found[rows[rows >= 0]] = numbers[rows >= 0]
    return pa.array(found)
