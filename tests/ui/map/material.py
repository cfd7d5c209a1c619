"""Sessions over items that exist in memory alone, with maps and clusters whose places are known."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from embedcurate_ui.items import Items
from embedcurate_ui.session import Session
from numpy.typing import ArrayLike, NDArray

from embedcurate.collection.results import Results

__all__ = ["Xy", "clusters_of", "groups", "ids_of", "items_of", "map_of", "quality_of", "show"]

Xy = NDArray[np.float32]


def ids_of(n: int) -> pa.Array:
    """Return `n` ids in order: the numbers 0 to n - 1 in 32 digits."""
    digits = np.zeros((n, 32), np.uint8)
    numbers = np.arange(n)
    for at in range(31, 20, -1):
        digits[:, at] = numbers % 10
        numbers = numbers // 10
    data = (digits + ord("0")).tobytes()
    offsets = np.arange(n + 1, dtype=np.int32) * 32
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(data))


def items_of(n: int, **columns: ArrayLike) -> Items:
    """Return `n` items, by turns a picture, a text, a sound, each changed a day after the last."""
    kinds = pa.DictionaryArray.from_arrays(
        pa.array(np.arange(n) % 3, pa.int32()), ["image", "text", "audio"]
    ).cast(pa.string())
    path = pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), ["/there/file.jpg"])
    table = {
        "id": ids_of(n),
        "modality": kinds,
        "path": path.cast(pa.string()),
        "outcome": pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), ["ok"]).cast(
            pa.string()
        ),
        "label": pa.nulls(n, pa.string()),
        "split": pa.nulls(n, pa.string()),
        "mtime_ns": pa.array((np.arange(n) * 24 + 12) * 3600 * 10**9, pa.int64()),
        **{name: pa.array(values) for name, values in columns.items()},
    }
    return Items(pa.table(table))


def groups(n: int, count: int, *, seed: int = 0) -> tuple[Xy, NDArray[np.int32]]:
    """Return points (n, 2) in `count` round groups, and the group of each."""
    random = np.random.default_rng(seed)
    middles = random.normal(size=(count, 2)) * 4
    group = random.integers(count, size=n).astype(np.int32)
    spread = random.uniform(0.1, 0.6, count)[group][:, None]
    xy = middles[group] + random.normal(size=(n, 2)) * spread
    return xy.astype(np.float32), group


def map_of(folder: Path, xy: Xy, *, method: str = "umap", ids: Sequence[str] | None = None) -> None:
    """Keep a map of some items, by default of the first len(xy), as the verb does."""
    named = ids_of(len(xy)) if ids is None else pa.array(ids)
    table = pa.table({"id": named, "x": xy[:, 0].copy(), "y": xy[:, 1].copy()})
    summary = {"method": method, "items": len(xy), "trustworthiness@15": 0.9}
    Results(folder).save(
        "map",
        {"items": table},
        version="1",
        parameters={"method": method},
        summary=summary,
        seconds=0.0,
    )


def clusters_of(folder: Path, labels: NDArray[np.int32]) -> None:
    """Keep clusters named "group 0" and so on, of the first len(labels) items."""
    known = [label for label in np.unique(labels).tolist() if label >= 0]
    parts = {
        "items": pa.table({"id": ids_of(len(labels)), "cluster": labels}),
        "clusters": pa.table({"label": known, "name": [f"group {label}" for label in known]}),
    }
    Results(folder).save("clusters", parts, version="1", parameters={}, summary={}, seconds=0.0)


def quality_of(folder: Path, n: int, **issues: ArrayLike) -> None:
    """Keep which of the first `n` items have which issues."""
    columns = {name: pa.array(values) for name, values in issues.items()}
    poor = pa.array(np.zeros(n, np.bool_))
    parts = {"items": pa.table({"id": ids_of(n), "poor": poor, **columns})}
    Results(folder).save("quality", parts, version="1", parameters={}, summary={}, seconds=0.0)


def show(session: Session, folder: Path, items: Items) -> None:
    """Let a session show all of these items, as if a collection had been opened."""
    session.collection, session.items = folder, items
    session.rows = np.arange(len(items))
    session.opened.emit()
    session.shown.emit()
