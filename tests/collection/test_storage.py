"""Vectors in fewer bytes: what is lost is bounded, and all that a collection does works with them.

float32 is what every other test of the store is about.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.collection import Collection, Storage
from embedcurate.collection.pool import ResidentPool
from embedcurate.collection.repair import repair
from embedcurate.collection.settings import FILE_NAME, read_settings
from embedcurate.collection.storage import raw_rows, unit, unit_rows_of, vector_column
from embedcurate.collection.succession import fill_projected, succeed
from embedcurate.collection.verify import verify
from embedcurate.errors import CollectionDamaged, StorageMismatch
from embedcurate.export import export
from embedcurate.indexing import open_and_index
from embedcurate.progress import ignore
from tests.collection.store_material import SPACE, batch, filled, renamed
from tests.collection.tables_of_vectors import rows, table
from tests.collection.tables_of_vectors import unit as unit_vectors

SMALLER = [Storage.FLOAT16, Storage.INT8]
LOST = {Storage.FLOAT32: 0.0, Storage.FLOAT16: 2.0**-11, Storage.INT8: 0.51 / 127}
"""The most that a number may be off, as a share of the row's largest."""


@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(0, 40),
    d=st.sampled_from([1, 2, 33, 512]),
    storage=st.sampled_from(Storage),
)
def test_rows_are_unit_rows_again_near_to_what_they_were(seed, n, d, storage) -> None:
    vectors = unit_vectors(np.random.default_rng(seed), n, d)
    column = vector_column(vectors, d, storage)
    back = unit_rows_of(column)
    assert back.dtype == np.float32
    assert back.shape == (n, d)
    assert np.allclose(np.linalg.norm(back, axis=1), 1, atol=1e-6)
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    # Each number's own rounding, and that of the length, which is of all numbers.
    lost = LOST[storage] * largest * (1 + np.sqrt(d)) + 2e-7
    assert np.all(np.abs(back - vectors) <= lost)
    if storage is not Storage.FLOAT16:
        assert vector_column(back, d, storage).equals(column)  # what is moved stays as it is


def test_a_row_means_the_same_whatever_lies_beside_it() -> None:
    vectors = unit_vectors(np.random.default_rng(0), 301, 77)
    for storage in SMALLER:
        stored = raw_rows(vector_column(vectors, 77, storage))
        alone = np.concatenate([unit(stored[row : row + 1]) for row in range(len(stored))])
        assert np.array_equal(unit(stored), alone)


@pytest.fixture(scope="module", params=SMALLER)
def made(request, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return filled(tmp_path_factory.mktemp("stored") / "c", storage=request.param)


@pytest.fixture
def collection(made: Collection, tmp_path: Path) -> Collection:
    """A copy of `made`, to be changed."""
    shutil.copytree(made.path, tmp_path / "c")
    return Collection.open(tmp_path / "c")


def test_what_was_encoded_is_found_as_it_was_but_for_rounding(made: Collection) -> None:
    storage = made.settings.storage
    for channel in made.channels:
        ones = [one for one in batch(0, 30) if channel.name in one.vectors]
        ids = [one.item.id for one in ones]
        expected = np.stack([one.vectors[channel.name] for one in ones])
        found = made.vectors(ids, channel.name)
        assert (found * expected).sum(axis=1).min() > 0.9995
        assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
        assert (
            made.tables.open(f"vectors_{channel.name}").schema.field("vector").type.value_type
            == storage.arrow
        )
        nearest = made.nearest(f"vectors_{channel.name}")
        assert [nearest.ids_of(nearest.top(row, 1).rows)[0] for row in expected] == ids
        assert np.array_equal(nearest.resident.vectors(nearest.row_of(ids)), found)
        matrix = made.matrix(channel.name)
        assert np.array_equal(matrix.vectors, made.vectors(sorted(ids), channel.name))
    [text] = [one for one in batch(0, 1) if one.segments]
    for (part, vector), (segment, vectors) in zip(
        made.segments([text.item.id])[text.item.id], text.segments, strict=True
    ):
        assert part == segment
        assert vector @ vectors["shared"] > 0.9995


def test_it_says_what_it_stores_and_a_program_that_knows_float32_alone_refuses_it(made) -> None:
    storage = made.settings.storage
    assert made.status()["storage"] == storage
    assert read_settings(made.path).format_version == 2
    assert verify(made.path).is_whole
    with pytest.raises(StorageMismatch, match=f"stores its vectors as {storage}, not as float32"):
        open_and_index(made.path, [made.path], space="starter", storage=Storage.FLOAT32)


def test_a_storage_that_there_is_not_is_damage(collection: Collection) -> None:
    file = collection.path / FILE_NAME
    file.write_text(file.read_text().replace(str(collection.settings.storage), "int3"))
    with pytest.raises(CollectionDamaged, match="int3"):
        Collection.open(collection.path)


def test_collections_of_before_are_float32_and_stay_so(tmp_path: Path) -> None:
    path = filled(tmp_path / "c", 6).path
    file = path / FILE_NAME
    file.write_text(file.read_text().replace('storage = "float32"\n', ""))
    again = Collection.open(path)
    assert again.settings.storage is Storage.FLOAT32
    assert again.settings.format_version == 1
    with again.writer() as writer:
        writer.store(batch(6, 9))
    assert verify(path).is_whole


def test_copies_and_renames_carry_the_stored_bytes(collection: Collection) -> None:
    text, other = (one for one in batch(0, 6) if one.segments)
    stored = {
        name: collection.tables.rows(name, [text.item.id], ["vector"], key=key)["vector"]
        for name, key in (("vectors_shared", "id"), ("segments", "item"))
    }
    copied, moved = renamed(text.item, "copy.txt"), renamed(other.item, "moved.txt")
    with collection.writer() as writer:
        writer.copy([(text.item.id, copied)])
        writer.move([(other.item.id, moved)])
        writer.compact()
    for name, key in (("vectors_shared", "id"), ("segments", "item")):
        again = collection.tables.rows(name, [copied.id], ["vector"], key=key)["vector"]
        assert again.equals(stored[name])
    assert len(collection.segments([moved.id])[moved.id]) == 2
    assert verify(collection.path).is_whole


def test_damage_is_found_and_repaired(collection: Collection) -> None:
    table = collection.tables.open("vectors_shared")
    victim = table.search().limit(1).to_arrow()
    place = victim.schema.get_field_index("vector")
    column = vector_column(
        -unit_rows_of(victim["vector"]), SPACE.channels[0].dimension, collection.settings.storage
    )
    altered = victim.set_column(place, victim.schema.field("vector"), column)
    table.merge_insert("id").when_matched_update_all().execute(altered)
    [finding] = verify(collection.path).findings
    assert (finding.table, finding.rows) == ("vectors_shared", 1)
    report = repair(collection.path)
    assert report.to_index == 1
    assert verify(collection.path).is_whole
    assert collection.tables.open("vectors_shared").schema.equals(table.schema)


def test_a_moved_collection_stores_as_the_old_one_did(collection: Collection) -> None:
    def fill(target: Collection) -> None:
        fill_projected(collection, target, lambda _, rows: rows[:, ::-1].copy(), ignore)

    target = succeed(collection, collection.path.with_name("moved"), SPACE, fill)
    assert target.settings.storage is collection.settings.storage
    ids = [one.item.id for one in batch(0, 30)]
    turned = collection.vectors(ids, "shared")[:, ::-1]
    assert (target.vectors(ids, "shared") * turned).sum(axis=1).min() > 0.9999
    assert verify(target.path).is_whole


def test_exported_vectors_are_float32_unit_rows(made: Collection, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    export(made, tmp_path / "out.parquet", format="parquet", with_vectors=["shared"])
    column = pq.read_table(tmp_path / "out.parquet")["vector_shared"]
    assert raw_rows(column).dtype == np.float32
    assert np.allclose(np.linalg.norm(raw_rows(column), axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("storage", SMALLER)
def test_a_copy_over_the_budget_is_mended_and_indexed_where_there_is_an_index_for_it(
    tmp_path: Path, storage: Storage
) -> None:
    rng = np.random.default_rng(0)
    vectors = unit_vectors(rng, 21_000, 8)
    made = table(tmp_path, vectors, storage)
    from embedcurate.collection.tables import Tables

    pool = ResidentPool(Tables(tmp_path), budget_bytes=1000)
    # LanceDB has no index of int8 vectors; but these are codes already, which are scanned.
    assert pool.keep_index("vectors_shared") is (storage is Storage.FLOAT16)
    nearest = pool.nearest("vectors_shared")
    assert nearest.exact is (storage is Storage.INT8)
    assert nearest.measure_recall(n_queries=5, k=10) > 0.9
    more = unit_vectors(rng, 20, 8)
    made.checkout_latest()
    made.add(rows(np.arange(21_000, 21_020), more, storage))
    again = pool.nearest("vectors_shared")
    assert again.resident.tail is not None
    [row] = again.row_of(["item021003"])
    assert again.resident.vectors(np.array([row]))[0] @ more[3] > 0.9995
