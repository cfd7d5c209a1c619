from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest

from embedcurate.collection import Collection
from embedcurate.errors import TargetExists
from embedcurate.items import Modality
from embedcurate.projection import Map, Method, place
from tests.collection.store_material import SPACE, batch, encoded


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection.create(tmp_path / "collection", SPACE)
    store(made, 0, 60)
    return made


def store(collection: Collection, start: int, stop: int) -> None:
    with collection.writer() as writer:
        writer.store(batch(start, stop))


def positions(found: Map) -> dict[bytes, tuple[float, float]]:
    return dict(zip(found.ids.tolist(), map(tuple, found.xy.tolist()), strict=True))


@pytest.mark.parametrize("method", list(Method))
def test_items_that_were_on_the_map_stay_where_they_were(
    collection: Collection, method: Method
) -> None:
    before = place(collection, method=method)
    assert before.kept == 0
    store(collection, 60, 70)
    after = place(collection, method=method)
    assert (before.kept, after.kept, len(after.ids)) == (0, 60, 70)
    now = positions(after)
    assert {id_: now[id_] for id_ in before.ids.tolist()} == positions(before)
    assert np.isfinite(after.xy).all()
    anew = place(collection, method=method, anew=True)
    assert anew.kept == 0
    assert positions(anew) != now


def test_an_item_whose_content_changed_is_placed_again(collection: Collection) -> None:
    before = place(collection)
    with collection.writer() as writer:
        writer.store([encoded("1.png", salt="other", content="ab" * 32)])
    after = place(collection)
    assert after.kept == 59
    moved = {id_ for id_, xy in positions(after).items() if positions(before)[id_] != xy}
    assert moved == {encoded("1.png").item.id.encode()}


def test_a_map_of_few_of_the_items_begins_again(collection: Collection) -> None:
    place(collection)
    store(collection, 60, 150)
    assert place(collection).kept == 0


def test_a_map_repeats_and_is_stored(collection: Collection) -> None:
    first = place(collection, anew=True)
    second = place(collection, anew=True)
    np.testing.assert_array_equal(first.xy, second.xy)
    run = collection.results.latest("map", method="umap")
    assert run is not None
    items = collection.results.table(run, "items")
    assert items["id"].to_pylist() == first.ids.astype(str).tolist()
    np.testing.assert_array_equal(items["x"].to_numpy(), first.xy[:, 0])


def test_methods_and_modalities_have_maps_of_their_own(collection: Collection) -> None:
    place(collection)
    images = place(collection, modalities={Modality.IMAGE})
    assert (images.kept, len(images.ids)) == (0, 40)
    assert place(collection, method=Method.PCA).kept == 0
    assert place(collection, modalities={Modality.AUDIO}).trustworthiness is None


def test_the_document_has_the_points_and_how_far_they_can_be_trusted(
    collection: Collection,
) -> None:
    document = place(collection, method=Method.PCA).as_document()
    assert document["items"] == len(document["points"]) == 60
    assert 0 <= document["trustworthiness@15"] <= 1
    assert set(document["points"][0]) == {"id", "x", "y"}


def test_the_points_can_be_had_as_a_table(collection: Collection, tmp_path: Path) -> None:
    found = place(collection, method=Method.PCA)
    found.write_csv(collection, tmp_path / "points.csv")
    table = pyarrow.csv.read_csv(tmp_path / "points.csv")
    assert table.column_names == ["id", "path", "x", "y"]
    np.testing.assert_allclose(table["x"].to_numpy(), found.xy[:, 0], rtol=1e-5)
    with pytest.raises(TargetExists):
        found.write_csv(collection, tmp_path / "points.csv")
