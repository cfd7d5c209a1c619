import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embedcurate.collection.approximate import Index, keep
from embedcurate.collection.nearest import Nearest
from embedcurate.collection.resident import Resident
from embedcurate.collection.resident_part import Listing, write_part
from embedcurate.collection.scan import quantise_query, quantise_rows, scan
from embedcurate.collection.storage import Storage, raw_rows, unit_rows_of, vector_column
from embedcurate.collection.upkeep import open_resident
from embedcurate.errors import QueryError
from embedcurate.items import Modality
from tests.collection.tables_of_vectors import MODALITIES, brute_force, table, unit


def resident(
    vectors: NDArray[np.float32], *, coded: bool, storage: Storage = Storage.FLOAT32
) -> Resident:
    """Lay vectors out in memory, with int8 codes however few they are."""
    n = len(vectors)
    listing = Listing(
        np.array([f"item{i:06d}" for i in range(n)], "S10"),
        MODALITIES[np.arange(n) % 3],
        np.arange(n),
    )
    d = vectors.shape[1]
    laid = raw_rows(vector_column(vectors, d, storage))
    batches = iter([(np.arange(n), laid)])
    part = write_part(listing, batches, dimension=d, dtype=laid.dtype, coded=coded, folder=None)
    return Resident(part)


def answers(nearest: Nearest, query, k, **options) -> list[tuple[str, float]]:
    found = nearest.top(query, k, **options)
    return list(zip(nearest.ids_of(found.rows), found.products.tolist(), strict=True))


@st.composite
def cases(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, d = draw(st.integers(1, 1200)), draw(st.sampled_from([1, 2, 7, 32, 384]))
    vectors = unit(rng, n, d)
    if draw(st.booleans()):  # many equal rows: ties across the last place
        vectors = vectors[rng.integers(0, max(1, n // 20), n)]
    query = (rng.standard_normal(d) * 10.0 ** draw(st.integers(-3, 3))).astype(np.float32)
    share = draw(st.sampled_from([None, 0.0, 0.01, 0.1, 0.5, 1.0]))
    mask = None if share is None else rng.random(n) < share
    modality = draw(st.sampled_from([None, *Modality]))
    return vectors, query, draw(st.integers(1, 1500)), mask, modality


@settings(max_examples=150, deadline=None)
@given(case=cases(), coded=st.booleans(), storage=st.sampled_from(Storage))
def test_top_equals_brute_force_whatever_the_mask_ties_and_k(case, coded, storage) -> None:
    vectors, query, k, mask, modality = case
    nearest = Nearest(resident(vectors, coded=coded, storage=storage))
    ids = nearest.ids_of(np.arange(len(vectors)))
    stored = nearest.resident.vectors(np.arange(len(vectors)))
    keep = np.ones(len(vectors), bool) if mask is None else mask
    if modality is not None:
        keep = keep & (nearest.resident.base.modalities == str(modality))
    expected = brute_force(
        stored[keep], [id_ for id_, kept in zip(ids, keep, strict=True) if kept], query, k
    )
    assert answers(nearest, query, k, modality=modality, rows=mask) == expected


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 300),
    d=st.sampled_from([1, 3, 64, 1000]),
    spiky=st.booleans(),
)
def test_every_product_lies_within_the_bounds_of_its_codes(
    seed: int, n: int, d: int, spiky: bool
) -> None:
    rng = np.random.default_rng(seed)
    vectors = unit(rng, n, d) ** (5 if spiky else 1)
    query = unit(rng, 1, d)[0]
    codes, scales, errors = quantise_rows(vectors)
    reach = float(np.linalg.norm(vectors, axis=1).max())
    bounds = scan(codes, scales, errors, quantise_query(query.astype(np.float64), reach))
    rows, estimates, margins = bounds.at_least(-np.inf)
    truth = vectors.astype(np.float64) @ query.astype(np.float64)
    assert np.array_equal(rows, np.arange(n))
    assert np.all(np.abs(truth - estimates) <= margins)


@pytest.mark.parametrize("storage", Storage)
def test_a_scanned_copy_of_a_table_gives_what_brute_force_gives(tmp_path: Path, storage) -> None:
    rng = np.random.default_rng(0)
    d = 32
    vectors = unit(rng, 21_000, d)
    made = table(tmp_path, vectors, storage)
    copy = open_resident(made, tmp_path / "resident" / "vectors_shared")
    assert copy.scannable
    nearest = Nearest(copy)
    assert nearest.exact
    ids = [f"item{i:06d}" for i in range(len(vectors))]
    held = unit_rows_of(made.search().select(["vector"]).to_arrow()["vector"])
    for query in unit(rng, 5, d):
        assert answers(nearest, query, 50) == brute_force(held, ids, query, 50)
    assert nearest.measure_recall(n_queries=5) == 1.0
    kept = sum(file.stat().st_size for file in (tmp_path / "resident").rglob("vectors.npy"))
    kept += sum(file.stat().st_size for file in (tmp_path / "resident").rglob("codes.npy"))
    assert kept // len(ids) == {"float32": 5 * d, "float16": 3 * d, "int8": d}[storage]


def test_few_rows_are_searched_without_compiling_anything(tmp_path: Path) -> None:
    table(tmp_path, unit(np.random.default_rng(0), 50, 8))
    program = (
        "import sys, lancedb, numpy as np; from pathlib import Path\n"
        "from embedcurate.collection.nearest import Nearest\n"
        "from embedcurate.collection.upkeep import open_resident\n"
        "folder = Path(sys.argv[1])\n"
        "table = lancedb.connect(folder / 'lance').open_table('vectors_shared')\n"
        "nearest = Nearest(open_resident(table, folder / 'resident' / 'vectors_shared'))\n"
        "assert len(nearest.top(np.ones(8, np.float32), 3).rows) == 3\n"
        "assert 'numba' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)


def test_the_scan_works_where_no_machine_code_can_be_kept(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    program = (
        "import numpy as np\n"
        "from embedcurate.collection.scan import quantise_query, quantise_rows, scan\n"
        "query = np.ones(4)\n"
        "rows = quantise_rows(np.eye(4, dtype=np.float32))\n"
        "found = scan(*rows, quantise_query(query, 1.0))\n"
        "assert np.allclose(found.estimates, 1, atol=0.01), found\n"
    )
    places = {"NUMBA_CACHE_DIR": str(blocked), "HOME": str(blocked)}
    subprocess.run([sys.executable, "-c", program], env=os.environ | places, check=True)


def test_threads_that_search_at_once_get_what_each_would_get_alone() -> None:
    rng = np.random.default_rng(0)
    nearest = Nearest(resident(unit(rng, 5000, 32), coded=True))
    queries = unit(rng, 24, 32)
    alone = [answers(nearest, query, 20) for query in queries]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda query: answers(nearest, query, 20), queries)) == alone


def test_all_products_leaves_out_other_modalities() -> None:
    vectors = unit(np.random.default_rng(0), 30, 4)
    nearest = Nearest(resident(vectors, coded=False))
    query = np.array([1, 2, 3, 4], np.float32)
    products = nearest.all_products(query, Modality.AUDIO)
    rows = np.flatnonzero(np.isfinite(products))
    assert nearest.ids_of(rows) == [f"item{i:06d}" for i in range(0, 30, 3)]
    assert np.allclose(products[rows], vectors[::3] @ query)
    assert np.allclose(nearest.products(query, rows), products[rows])


def test_rows_and_ids_are_each_others_inverse_and_unknown_ids_are_minus_one() -> None:
    nearest = Nearest(resident(unit(np.random.default_rng(0), 30, 4), coded=False))
    ids = nearest.ids_of(np.arange(30))
    assert sorted(ids) == [f"item{i:06d}" for i in range(30)]
    assert nearest.row_of([*reversed(ids), "item9", ""]).tolist() == [*range(29, -1, -1), -1, -1]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_query_that_is_not_finite_is_refused(bad: float) -> None:
    nearest = Nearest(resident(unit(np.random.default_rng(0), 5, 3), coded=False))
    with pytest.raises(QueryError, match="not numbers"):
        nearest.top(np.array([0, bad, 1], np.float32), 2)


def test_a_query_of_another_length_is_refused() -> None:
    nearest = Nearest(resident(unit(np.random.default_rng(0), 5, 3), coded=False))
    with pytest.raises(QueryError, match="another space"):
        nearest.top(np.ones(4, np.float32), 2)


def test_no_rows_and_no_wishes_give_no_neighbours(tmp_path: Path) -> None:
    empty = Nearest(
        open_resident(table(tmp_path, np.empty((0, 3), np.float32)), tmp_path / "r" / "v")
    )
    assert empty.top(np.ones(3, np.float32), 5).rows.tolist() == []
    assert empty.all_products(np.ones(3, np.float32)).tolist() == []
    assert empty.row_of(["item000000"]).tolist() == [-1]
    some = Nearest(resident(unit(np.random.default_rng(0), 5, 3), coded=False))
    assert some.top(np.ones(3, np.float32), 0).rows.tolist() == []


def test_over_the_budget_an_index_answers_with_k_rows_and_its_recall_is_known(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(0)
    vectors = unit(rng, 40_000, 16)
    made = table(tmp_path, vectors)
    keep(made, tmp_path)
    copy = open_resident(made, tmp_path / "resident" / "vectors_shared", budget_bytes=1000)
    nearest = Nearest(copy, index=Index.of(made))
    assert not copy.scannable
    assert not nearest.exact
    query = vectors[7]
    found = nearest.top(query, 20)
    assert len(found.rows) == 20
    assert not found.exact
    assert np.allclose(found.products, copy.vectors(found.rows) @ query, atol=1e-6)
    assert 0.9 <= nearest.measure_recall(n_queries=10, k=20) <= 1.0

    ids = np.array([f"item{i:06d}" for i in range(len(vectors))])
    stored = copy.vectors(np.arange(len(copy)))
    names = nearest.ids_of(np.arange(len(copy)))
    for share in (0.0002, 0.6):  # listed row by row; looked for in the index
        mask = rng.random(len(copy)) < share
        found = nearest.top(query, 20, rows=mask)
        assert mask[found.rows].all()
        assert len(found.rows) == min(20, int(mask.sum()))
    of_images = nearest.top(query, 20, modality=Modality.IMAGE)
    assert len(of_images.rows) == 20
    images = set(ids[1::3].tolist())
    assert set(nearest.ids_of(of_images.rows)) <= images
    # Rows far from the query: the index runs dry and all rows are multiplied.
    far = (stored @ query) < np.median(stored @ query)
    expected = brute_force(
        stored[far], [name for name, kept in zip(names, far, strict=True) if kept], query, 20
    )
    assert answers(nearest, query, 20, rows=far) == expected
