"""Which items must not be torn apart, and which split each is in."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.export.chosen import Chosen
from embedcurate.export.splits import Splits, assign, joined
from embedcurate.formats import SplitBy

__all__ = ["split_up"]


def split_up(
    chosen: Chosen, shares: Mapping[str, float], *, by: SplitBy, random_state: int
) -> tuple[Splits, dict[str, Any]]:
    """Divide the items so that no duplicates straddle two splits.

    Items of the same content always stay together, those of a group of the newest duplicates where
    there are any, and with `SplitBy.CLUSTER` those of a cluster. Returns what the manifest says of
    it as well.
    """
    contents = chosen.column("content").to_pylist()
    keys = np.array([_key(random_state, content) for content in contents], np.uint64)
    ties = [np.unique(keys, return_inverse=True)[1].astype(np.int64)]
    told: dict[str, Any] = {"by": str(by), "shares": dict(shares), "seed": random_state}
    results = chosen.collection.results
    run = results.latest("duplicates")
    told["duplicates"] = None
    if run is not None:
        current = run.version == chosen.collection.contents()
        told["duplicates"] = {"run": run.id, "current": current}
        found = results.table(run, "items").select(["id", "group"])
        place = {id_: number for number, id_ in enumerate(found["id"].to_pylist())}
        rows = pa.array([place.get(id_) for id_ in chosen.ids], pa.int64())
        ties.append(_codes(found["group"].combine_chunks().take(rows)))
    if by is SplitBy.CLUSTER:
        ties.append(_codes(chosen.column("cluster")))
    strata = None
    if by is SplitBy.LABEL:
        strata = _codes(chosen.column("label").dictionary_decode().cast(pa.string())) + 1
    groups = joined(len(chosen), *ties)
    splits = assign(keys, groups, shares, strata=strata)
    return splits, {**told, "groups": splits.groups}


def _key(seed: int, content: str) -> int:
    digest = hashlib.blake2b(f"{seed}:{content}".encode(), digest_size=8).digest()
    return int.from_bytes(digest)


def _codes(values: pa.Array) -> NDArray[np.int64]:
    """Return (n,) int64: equal for equal values, negative for null and for negative numbers."""
    if pa.types.is_integer(values.type):
        numbers: NDArray[np.int64] = values.cast(pa.int64()).fill_null(-1).to_numpy()
        return numbers
    words = values.dictionary_encode()
    names = sorted(word for word in words.dictionary.to_pylist() if word is not None)
    rank = {name: number for number, name in enumerate(names)}
    codes = np.array([rank[word] for word in words.dictionary.to_pylist()] or [0], np.int64)
    indices = words.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.where(indices < 0, -1, codes[np.maximum(indices, 0)])
