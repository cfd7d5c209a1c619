"""The door to the nearest rows of a table: exact, fast, within a memory budget."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection.approximate import Index
from embedcurate.collection.resident import Resident
from embedcurate.collection.scan import quantise_query, scan
from embedcurate.errors import QueryError
from embedcurate.items import Modality

__all__ = ["Nearest", "Neighbours"]

Rows: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float32]

_BLOCK = 8192
"""Rows that are multiplied at a time where memory has to stay bounded."""

_SHORT = 256
"""Rows so few that their exact products cost less than bounding them first."""

_LISTED = 20_000
"""Rows up to which a mask is multiplied row by row rather than looked for in an index."""

_OVERFETCH = 8
"""Rows that an index proposes for each one wanted: its distances are rounded to 8 bits."""

_INDEXED_SHARE = 0.1
"""Of all rows, how many an index is asked for before a pass over all rows is as cheap."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The rows nearest to a query, best first, equals by id.

    rows : (m,) int64; products : (m,) float32, the cosines if query and rows are unit vectors.
    `exact` is False if an approximate index chose the rows; the products are exact always.
    """

    rows: Rows
    products: Floats
    exact: bool = True


class Nearest:
    """Answer queries against one resident copy.

    Few rows are multiplied by the BLAS; many are bounded by a scan of their int8 codes and only
    those that may be among the best are multiplied: both give what brute force gives. Where the
    codes do not fit the memory budget, `index` proposes the rows.
    """

    def __init__(self, resident: Resident, *, index: Index | None = None) -> None:
        self.resident = resident
        self._index = None if resident.scannable or resident.small else index

    @property
    def exact(self) -> bool:
        """Whether the answers equal brute force; if not, `measure_recall` says how close."""
        return self._index is None

    def top(
        self,
        query: Floats,
        k: int,
        *,
        modality: Modality | None = None,
        rows: Mask | None = None,
    ) -> Neighbours:
        """Return the `k` rows with the largest product with `query` (d,), fewer if there are fewer.

        `rows` : (n,) bool over all rows of the resident copy, the rows that count. A query with
        values that are not finite raises `QueryError`.
        """
        query = self._checked(query)
        keep = self.resident.kept(rows)
        blocks = self.resident.blocks(modality)
        living = sum(stop - start for start, stop in blocks)
        if keep is not None:
            living = sum(int(np.count_nonzero(keep[start:stop])) for start, stop in blocks)
        k = min(k, living)
        if k <= 0:
            return Neighbours(np.empty(0, np.int64), np.empty(0, np.float32))
        if living <= max(k, _SHORT if self._index is None else _LISTED):
            return self._best(query, _listed(blocks, keep), k)
        if self._index is not None:
            return self._proposed(query, k, modality, keep, living)
        if self.resident.scannable:
            return self._scanned(query, k, blocks, keep)
        return self._multiplied(query, k, modality, keep)

    def products(self, query: Floats, rows: Rows) -> Floats:
        """Return the products of `query` (d,) with some rows (m,): (m,) float32.

        Summed in float64, so that equal vectors have equal products wherever they lie.
        """
        precise = self._checked(query).astype(np.float64)
        products = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _BLOCK):
            some = rows[start : start + _BLOCK]
            products[start : start + _BLOCK] = self.resident.vectors(some) @ precise
        return products

    def all_products(self, query: Floats, modality: Modality | None = None) -> Floats:
        """Return the products of `query` (d,) with all rows: (n,) float32.

        -inf for rows of other modalities and for rows that are no longer in the table.
        """
        query = self._checked(query)
        products = np.full(len(self.resident), -np.inf, np.float32)
        for start, stop in self.resident.blocks(modality):
            for at in range(start, stop, _BLOCK):
                end = min(at + _BLOCK, stop)
                products[at:end] = self.resident.slice(at, end) @ query
            self.resident.release()
        if self.resident.alive is not None:
            products[~self.resident.alive] = -np.inf
        return products

    def row_of(self, ids: list[str]) -> Rows:
        """Return the row of each id, -1 for ids that the table does not have: (m,) int64."""
        return self.resident.row_of(ids)

    def ids_of(self, rows: Rows) -> list[str]:
        """Return the id of each row."""
        return self.resident.ids_of(rows)

    def measure_recall(self, *, n_queries: int = 20, k: int = 50, random_state: int = 0) -> float:
        """Return the share of the true `k` nearest that `top` finds, over sampled rows as queries.

        One pass over all vectors; 1.0 where the answers are exact.
        """
        resident = self.resident
        living = _listed(resident.blocks(), resident.alive)
        k = min(k, len(living))
        if k <= 0:
            return 1.0
        rng = np.random.default_rng(random_state)
        sample = np.sort(rng.choice(living, min(n_queries, len(living)), replace=False))
        queries = resident.vectors(sample)
        # A row that ties with the true k-th, but for rounding, is as right as that one.
        rounding = 1e-6 * resident.reach**2
        shares = []
        for query, lasts in zip(queries, self._last_products(queries, k), strict=True):
            shares.append(np.mean(self.top(query, k).products >= lasts - rounding))
        return float(np.mean(shares))

    def _last_products(self, queries: Floats, k: int) -> Floats:
        """Return the k-th largest product of each query (m, d) with all rows: (m,) float32."""
        best = np.full((len(queries), k), -np.inf, np.float32)
        for start, stop in self.resident.blocks():
            for at in range(start, stop, _BLOCK):
                end = min(at + _BLOCK, stop)
                products = queries @ self.resident.slice(at, end).T
                if self.resident.alive is not None:
                    products[:, ~self.resident.alive[at:end]] = -np.inf
                best = np.partition(np.hstack([best, products]), -k, axis=1)[:, -k:]
            self.resident.release()
        return np.asarray(best.min(axis=1))

    def _checked(self, query: Floats) -> Floats:
        query = np.ascontiguousarray(query, np.float32)
        if query.shape != (self.resident.dimension,):
            raise QueryError(
                f"The query has {query.size} values but the vectors of this collection have "
                f"{self.resident.dimension}: it was made by another space."
            )
        if not np.isfinite(query).all():
            raise QueryError(
                "The query's vector has values that are not numbers, so nothing can be compared "
                "with it. If it came from a file, that file may be damaged."
            )
        return query

    def _best(self, query: Floats, rows: Rows, k: int) -> Neighbours:
        """Return the best `k` of some rows by exact products."""
        products = self.products(query, rows)
        if k < len(rows):
            near = products >= np.partition(products, -k)[-k]
            rows, products = rows[near], products[near]
        order = np.lexsort((self.resident.raw_ids(rows), -products))[:k]
        return Neighbours(rows[order], products[order])

    def _multiplied(
        self, query: Floats, k: int, modality: Modality | None, keep: Mask | None
    ) -> Neighbours:
        rows = _listed(self.resident.blocks(modality), keep)
        products = self.all_products(query, modality)[rows]
        # The BLAS rounds by position: twice its error below the k-th, nothing can belong.
        error = (len(query) + 2) * 2.0**-24 * float(np.linalg.norm(query)) * self.resident.reach
        last = np.partition(products, -k)[-k]
        return self._best(query, rows[products >= last - 2 * error], k)

    def _proposed(
        self, query: Floats, k: int, modality: Modality | None, keep: Mask | None, living: int
    ) -> Neighbours:
        """Return the best `k` of what the index proposes, asking for more until `k` count."""
        assert self._index is not None
        searched = sum(stop - start for start, stop in self.resident.blocks(modality))
        asked = _OVERFETCH * k * searched // living
        while asked < _INDEXED_SHARE * searched:
            rows = self.row_of(self._index.propose(query, asked, modality=modality))
            rows = rows[rows >= 0] if keep is None else rows[(rows >= 0) & keep[rows]]
            if len(rows) >= 2 * k:
                best = self._best(query, rows, k)
                return Neighbours(best.rows, best.products, exact=False)
            asked *= 4
        return self._multiplied(query, k, modality, keep)

    def _scanned(
        self, query: Floats, k: int, blocks: list[tuple[int, int]], keep: Mask | None
    ) -> Neighbours:
        coded = quantise_query(query.astype(np.float64), self.resident.reach)
        found = []
        for start, stop in blocks:
            codes, scales, errors = self.resident.codes(start, stop)
            mask = None if keep is None else keep[start:stop]
            found.append(scan(codes, scales, errors, coded, mask, start=start))
        # k chunks whose lower bound is at least this hold k rows that are.
        lows = np.concatenate([bounds.low for bounds in found])
        lows = lows[lows > -np.inf]
        sure = float(np.partition(lows, -k)[-k]) if k <= len(lows) else -np.inf
        parts = [bounds.at_least(sure) for bounds in found]
        rows, estimates, margins = (np.concatenate(each) for each in zip(*parts, strict=True))
        # The likeliest rows, multiplied, give a threshold without any margin.
        likely = np.argpartition(estimates, -k)[-k:]
        sure = float(self.products(query, rows[likely]).min())
        return self._best(query, rows[estimates + margins >= sure], k)


def _listed(blocks: list[tuple[int, int]], keep: Mask | None) -> Rows:
    return np.concatenate(
        [
            np.arange(start, stop) if keep is None else np.flatnonzero(keep[start:stop]) + start
            for start, stop in blocks
        ]
    )
