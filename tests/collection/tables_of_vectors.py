"""Real LanceDB tables of vectors for the tests of search, and the oracle of brute force."""

from pathlib import Path
from typing import Any
from zlib import crc32

import lancedb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection import schema
from embedcurate.collection.storage import Storage, vector_column
from embedcurate.items import Modality
from embedcurate.spaces.encoder import SHARED, Channel

MODALITIES = np.array(["audio", "image", "text"])


def rows(
    ids: NDArray[Any], vectors: NDArray[np.float32], storage: Storage = Storage.FLOAT32
) -> pa.Table:
    """Return rows of a table of vectors; modality and checksum follow from id and vector."""
    fields = schema.vectors(Channel(SHARED, vectors.shape[1], frozenset(Modality)), storage)
    checksums = [crc32(vector.tobytes()) for vector in vectors]
    columns = [
        pa.array([f"item{i:06d}" for i in ids], pa.string()),
        pa.array(MODALITIES[np.asarray(ids, int) % 3].tolist(), pa.string()),
        vector_column(vectors, vectors.shape[1], storage),
        pa.array(checksums, pa.int64()),
    ]
    return pa.table(columns, schema=fields)


def table(folder: Path, vectors: NDArray[np.float32], storage: Storage = Storage.FLOAT32) -> Any:
    """Create `folder/lance/vectors_shared` with the rows `item000000`, `item000001`, ..."""
    content = rows(np.arange(len(vectors)), vectors, storage)
    connection = lancedb.connect(folder / "lance")
    made = connection.create_table("vectors_shared", schema=content.schema, mode="overwrite")
    if len(vectors):
        made.add(content)
    return made


def unit(rng: np.random.Generator, n: int, d: int) -> NDArray[np.float32]:
    """Return unit rows that share a direction, as the vectors of real encoders do."""
    vectors = rng.standard_normal((n, d)) / d**0.5 + 0.5 * rng.standard_normal(d) / d**0.5
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def brute_force(
    vectors: NDArray[np.float32], ids: list[str], query: NDArray[np.float32], k: int
) -> list[tuple[str, float]]:
    """Return the k best (id, product), summed in float64, equals by id."""
    products = (vectors.astype(np.float64) @ query.astype(np.float64)).astype(np.float32)
    order = sorted(range(len(ids)), key=lambda i: (-products[i], ids[i]))
    return [(ids[i], float(products[i])) for i in order[:k]]
