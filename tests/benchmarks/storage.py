"""What is lost when vectors are stored in fewer bytes: recall@10 against brute force in float32.

python -m tests.benchmarks.storage [--texts FILE] [--space NAME]

Takes real texts, one a line (without FILE the anchors that ship), and their real vectors in a space
(`starter`). 500 of them, drawn by a fixed seed, are the queries; the others are the items. Queries
stay float32, as in a search; only items are stored otherwise. Nothing is ranked again by full
vectors: what is shown is what the stored bytes know by themselves.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.spaces.anchors import anchors
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.pooling import encode_all
from embedcurate.spaces.registry import load
from embedcurate.spaces.rows import unit_rows
from tests.benchmarks.report import heading, table

K = 10
QUERIES = 500
SHORTER = (2, 4, 8)

Rows: TypeAlias = NDArray[np.float32]
Narrow: TypeAlias = Callable[[Rows], Rows]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, help="a file of texts, one a line")
    parser.add_argument("--space", default="starter", help="a space that knows texts")
    asked = parser.parse_args()
    texts = asked.texts.read_text("utf-8").splitlines() if asked.texts else list(anchors())
    title = heading(f"Storage: recall@{K} of real text vectors in {asked.space}")
    encoder = load(asked.space).text
    if encoder is None:
        raise SystemExit(f"The space '{asked.space}' knows no texts.")
    vectors = encode_all(encoder, texts)[SHARED]
    order = np.random.default_rng(0).permutation(len(vectors))
    queries, items = vectors[order[:QUERIES]], vectors[order[QUERIES:]]
    rows = list(_contenders(queries, items))
    names = ["stored as", "dimension", "bytes a vector", f"recall@{K}", "recall@1"]
    what = f"{len(items)} items, {len(queries)} queries, d {items.shape[1]}"
    sys.stdout.write(f"{title}\n{what}\n\n{table(names, rows)}\n")


def _contenders(queries: Vectors, items: Vectors) -> Iterator[tuple[object, ...]]:
    dimension = items.shape[1]
    exact = _best(queries @ items.T)
    reductions: list[tuple[str, int, Narrow]] = [("all of it", dimension, lambda rows: rows)]
    for part in SHORTER:
        kept = dimension // part
        reductions.append((f"the first 1/{part}", kept, _prefix(kept)))
        reductions.append((f"PCA to 1/{part}", kept, _components(items, kept)))
    for name, kept, narrow in reductions:
        asked, offered = narrow(queries), narrow(items)
        for number, size, stored in (
            ("float32", 4 * kept, offered),
            ("float16", 2 * kept, offered.astype(np.float16).astype(np.float32)),
            ("int8", kept + 4, _int8(offered)),
        ):
            found = _best(asked @ stored.T)
            shares = [_recall(exact[:, :k], found[:, :k]) for k in (K, 1)]
            yield f"{name}, {number}", kept, size, *shares


def _best(products: Rows) -> NDArray[np.int64]:
    """Return the K best columns (n, K) of each row, best first."""
    found: NDArray[np.int64] = np.argsort(-products, axis=1, kind="stable")[:, :K]
    return found


def _recall(exact: NDArray[np.int64], found: NDArray[np.int64]) -> float:
    return float((exact[:, :, None] == found[:, None, :]).any(axis=2).mean())


def _int8(rows: Rows) -> Rows:
    """Return rows as 8-bit codes and one scale a row tell them."""
    scale = np.abs(rows).max(axis=1, keepdims=True) / 127
    codes = np.round(rows / scale).astype(np.int8)
    return codes * scale


def _prefix(kept: int) -> Narrow:
    """Keep the first numbers, as models bear that were trained for it."""
    return lambda rows: unit_rows(rows[:, :kept])


def _components(items: Vectors, kept: int) -> Narrow:
    """Keep the strongest directions of the items; not centred, so that products stay cosines."""
    _, _, directions = np.linalg.svd(items, full_matrices=False)
    basis = np.ascontiguousarray(directions[:kept].T)
    return lambda rows: unit_rows(rows @ basis)


if __name__ == "__main__":
    main()
