from pathlib import Path

import numpy as np
import pytest

from embedcurate.clusters import Clusters, label
from embedcurate.collection import Collection
from embedcurate.items import Modality
from embedcurate.query import parse_filter
from embedcurate.sources import Annotations
from embedcurate.testing import make_picture, tiny_space
from tests.indexing.material import new_collection, run

COLOURS = ("red", "green", "blue")
SHAPES = ("disc", "square", "stripes")


def draw(folder: Path, *colours: str, start: int = 0, count: int = 9) -> Path:
    """Draw `count` pictures of each colour that differ a little."""
    for colour in colours:
        for i in range(start, start + count):
            make_picture(
                folder / f"{colour}-{i}.png",
                colour=colour,
                shape=SHAPES[i % 3],
                size_px=(90 + 3 * i, 60 + i),
            )
    return folder


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = new_collection(tmp_path / "collection")
    run(made, draw(tmp_path / "media", *COLOURS))
    return made


def named(found: Clusters) -> dict[str, int]:
    return {one.name: one.label for one in found.clusters}


def colours_of(collection: Collection, found: Clusters) -> dict[int, set[str]]:
    """Return label -> the colours of its members."""
    items = collection.items(found.ids.astype(str).tolist())
    colours: dict[int, set[str]] = {}
    for item, number in zip(items, found.labels.tolist(), strict=True):
        colours.setdefault(number, set()).add(item.path.stem.split("-")[0])
    return colours


def test_pictures_of_a_colour_are_a_cluster_named_after_it(collection: Collection) -> None:
    found = label(collection, min_cluster_size=5, space=tiny_space())
    assert found.noise == 0
    assert {one.size for one in found.clusters} == {9}
    for one in found.clusters:
        assert colours_of(collection, found)[one.label] == {one.name}
    assert set(named(found)) == set(COLOURS)


def test_without_its_space_a_cluster_is_named_by_the_words_of_its_files(
    collection: Collection,
) -> None:
    found = label(collection, min_cluster_size=5)  # `tiny` is not installed
    for one in found.clusters:
        assert one.name in {*colours_of(collection, found)[one.label], f"unnamed {one.label}"}


def test_a_filter_reads_the_clusters(collection: Collection) -> None:
    found = label(collection, min_cluster_size=5, space=tiny_space())
    collection.catalogue.refresh()
    ids = collection.catalogue.ids_where(parse_filter(f"cluster:{named(found)['red']}"))
    assert {item.path.stem.split("-")[0] for item in collection.items(ids)} == {"red"}
    assert len(ids) == 9


def test_clusters_keep_their_labels_and_names_when_items_come(
    collection: Collection, tmp_path: Path
) -> None:
    before = label(collection, min_cluster_size=9, space=tiny_space())
    media = draw(tmp_path / "media", "yellow", count=17)  # the largest: number 0 if made anew
    run(collection, draw(media, "green", start=9, count=3))
    after = label(collection, min_cluster_size=9, space=tiny_space())
    assert {name: named(after)[name] for name in COLOURS} == named(before)
    assert named(after)["yellow"] == 3
    assert {one.name: one.size for one in after.clusters}["green"] == 12

    anew = label(collection, min_cluster_size=9, space=tiny_space(), anew=True)
    assert named(anew)["yellow"] == 0


def test_a_label_is_not_given_again_after_its_cluster_has_gone(
    collection: Collection, tmp_path: Path
) -> None:
    label(collection, min_cluster_size=5, space=tiny_space())
    assert not label(collection, min_cluster_size=100, space=tiny_space()).clusters
    found = label(collection, min_cluster_size=5, space=tiny_space())
    assert sorted(named(found).values()) == [3, 4, 5]


def test_the_document_says_it_all(collection: Collection) -> None:
    found = label(collection, min_cluster_size=5, space=tiny_space())
    document = found.as_document()
    assert document["noise"] == 0
    assert len(document["labels"]) == 27
    for one in document["clusters"]:
        assert set(one) == {
            "label", "name", "score", "size", "exemplars", "spread", "given",
        }  # fmt: skip
        assert {document["labels"][id_] for id_ in one["exemplars"]} == {one["label"]}


def test_exact_finds_the_same(collection: Collection) -> None:
    graph = label(collection, min_cluster_size=5, space=tiny_space())
    exact = label(collection, min_cluster_size=5, space=tiny_space(), exact=True)
    np.testing.assert_array_equal(graph.labels, exact.labels)
    assert exact.recall == 1


def test_only_the_modalities_asked_for_are_looked_at(collection: Collection) -> None:
    found = label(collection, modalities={Modality.AUDIO}, space=tiny_space())
    assert len(found.ids) == 0
    assert found.as_document()["clusters"] == []


def test_labels_of_the_collection_name_its_clusters(tmp_path: Path) -> None:
    collection = new_collection(tmp_path / "collection")
    for colour, theme in zip(COLOURS, ("apples", "meadow", "ocean"), strict=True):
        for i in range(20):
            make_picture(
                tmp_path / "media" / theme / f"{i}.png", colour=colour, size_px=(90 + i, 60)
            )
    run(collection, tmp_path / "media", annotations=Annotations(labels="folder"))
    found = label(collection, min_cluster_size=5)
    assert set(named(found)) == {"apples", "meadow", "ocean"}
