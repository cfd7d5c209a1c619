import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from embedcurate.cli import main
from embedcurate.clusters import Clusters, Merge, Rename, Split, edit, label
from embedcurate.clusters.splitting import nearest_centres
from embedcurate.collection import Collection
from embedcurate.errors import QueryError, ResultMissing
from embedcurate.progress import ignore
from embedcurate.query import parse_filter
from embedcurate.testing import make_picture, tiny_space
from embedcurate.worker.serving import VERBS
from embedcurate.worker.state import Arguments, Worker
from tests.indexing.material import new_collection, run

SHAPES = ("disc", "square", "stripes")
COUNTS = {"red": 11, "green": 9, "blue": 7}


@pytest.fixture(scope="module")
def clustered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Collection, Clusters]:
    folder = tmp_path_factory.mktemp("clustered")
    made = new_collection(folder / "collection")
    for colour, count in COUNTS.items():
        for i in range(count):
            make_picture(
                folder / "media" / f"{colour}-{i}.png",
                colour=colour,
                shape=SHAPES[i % 3],
                size_px=(90 + 3 * i, 60 + i),
            )
    run(made, folder / "media")
    return made, label(made, min_cluster_size=5, space=tiny_space())


@pytest.fixture
def found(clustered: tuple[Collection, Clusters]) -> Clusters:
    return clustered[1]


@pytest.fixture
def collection(clustered: tuple[Collection, Clusters], tmp_path: Path) -> Collection:
    shutil.copytree(clustered[0].path, tmp_path / "collection")
    return Collection.open(tmp_path / "collection")


def sizes(collection: Collection) -> dict[str, int]:
    """Return the clusters as they stand in the store."""
    latest = collection.results.latest("clusters")
    assert latest is not None
    return {
        one["name"]: one["size"] for one in collection.results.table(latest, "clusters").to_pylist()
    }


def names(found: Clusters) -> dict[str, int]:
    return {one.name: one.label for one in found.clusters}


def colours_of(collection: Collection, filter_: str) -> set[str]:
    collection.catalogue.refresh()
    items = collection.items(collection.catalogue.ids_where(parse_filter(filter_)))
    return {item.path.stem.split("-")[0] for item in items}


def undo(collection: Collection) -> str:
    with collection.writer() as writer:
        operation = writer.undo()
    assert operation is not None
    return operation.words()


def redo(collection: Collection) -> None:
    with collection.writer() as writer:
        assert writer.redo() is not None


def test_a_name_that_the_user_gave_stays_when_clusters_are_found_again(
    collection: Collection, found: Clusters
) -> None:
    edit(collection, Rename(names(found)["red"], "  fire\n engines "))
    assert sizes(collection) == {"fire engines": 11, "green": 9, "blue": 7}
    again = label(collection, min_cluster_size=6, space=tiny_space())
    assert names(again)["fire engines"] == names(found)["red"]
    assert [one.given for one in again.clusters] == [True, False, False]


def test_merged_clusters_are_one_for_filters_too(collection: Collection, found: Clusters) -> None:
    red, blue = names(found)["red"], names(found)["blue"]
    after = edit(collection, Merge((blue, red)))
    assert sizes(collection) == {"red": 18, "green": 9}
    assert colours_of(collection, f"cluster:{red}") == {"red", "blue"}
    assert colours_of(collection, f"cluster:{blue}") == set()
    mixed = after.clusters[0]
    assert set(mixed.exemplars) <= set(after.ids[after.labels == red].astype(str))
    assert mixed.spread > max(one.spread for one in found.clusters)


def test_a_merged_cluster_falls_into_its_parts_again(
    collection: Collection, found: Clusters
) -> None:
    red = names(found)["red"]
    edit(collection, Merge((red, names(found)["blue"])))
    for change in (Split(red), Split(red, parts=2)):
        after = edit(collection, change, space=tiny_space())
        assert [(one.label, one.size) for one in after.clusters] == [
            (red, 11), (names(found)["green"], 9), (3, 7),
        ]  # fmt: skip
        assert colours_of(collection, "cluster:3") == {"blue"}
        assert names(after)["blue"] == 3
        undo(collection)
        assert sizes(collection) == {"red": 18, "green": 9}


def test_edits_are_taken_back_and_made_again_one_by_one_with_marks_between(
    collection: Collection, found: Clusters
) -> None:
    states = [sizes(collection)]
    edit(collection, Rename(names(found)["green"], "grass"))
    states.append(sizes(collection))
    with collection.writer() as writer:
        writer.mark([found.clusters[0].exemplars[0]], stars=3)
    edit(collection, Merge((names(found)["red"], names(found)["blue"])))
    states.append(sizes(collection))

    assert undo(collection) == "undo: 'blue' merged into cluster 'red'"
    assert sizes(collection) == states[1]
    assert undo(collection) == "undo: 3 stars (1 item)"
    assert sizes(collection) == states[1]
    assert undo(collection) == "undo: cluster 'green' renamed to 'grass'"
    assert sizes(collection) == states[0]
    redo(collection)
    redo(collection)
    redo(collection)
    assert sizes(collection) == states[2]


def test_equal_rows_are_in_one_part() -> None:
    rows = np.repeat(np.eye(4, dtype=np.float32)[:2], [3, 5], axis=0)
    assert nearest_centres(rows, 4).tolist() == [1] * 3 + [0] * 5
    assert nearest_centres(rows[:3], 2).tolist() == [0] * 3


def test_undo_leaves_what_was_found_after_an_edit_alone(
    collection: Collection, found: Clusters
) -> None:
    edit(collection, Rename(names(found)["green"], "grass"))
    label(collection, min_cluster_size=8, space=tiny_space())
    assert sizes(collection) == {"red": 11, "grass": 9}
    nothing = "nothing, as what it changed is not there any more"
    assert undo(collection) == f"undo: {nothing}"
    assert sizes(collection) == {"red": 11, "grass": 9}
    redo(collection)
    assert sizes(collection) == {"red": 11, "grass": 9}


def test_an_edit_is_not_made_again_over_clusters_found_after_it_was_taken_back(
    collection: Collection, found: Clusters
) -> None:
    edit(collection, Rename(names(found)["green"], "grass"))
    undo(collection)
    label(collection, min_cluster_size=8, space=tiny_space())
    redo(collection)
    assert sizes(collection) == {"red": 11, "green": 9}


def test_a_merged_cluster_that_was_renamed_since_comes_apart_step_by_step(
    collection: Collection, found: Clusters
) -> None:
    states = [sizes(collection)]
    edit(collection, Merge((names(found)["red"], names(found)["blue"])))
    states.append(sizes(collection))
    edit(collection, Rename(names(found)["red"], "warm"))
    states.append(sizes(collection))
    assert undo(collection) == "undo: cluster 'red' renamed to 'warm'"
    assert sizes(collection) == states[1]
    assert undo(collection) == "undo: 'blue' merged into cluster 'red'"
    assert sizes(collection) == states[0]
    for state in states[1:]:
        redo(collection)
        assert sizes(collection) == state


def test_the_worker_changes_clusters_and_says_what_a_turn_changed(
    collection: Collection, found: Clusters
) -> None:
    worker, path = Worker(), str(collection.path)

    def do(**change: object) -> dict[str, object]:
        arguments = Arguments(collection=path, edit=change, labels=False)
        return VERBS["clusters"](worker, arguments, ignore)

    red, blue = names(found)["red"], names(found)["blue"]
    assert "labels" not in do(edit="rename", label=red, name="fire")
    do(edit="merge", labels=[red, blue])
    do(edit="split", label=red, parts=3)
    assert sum(sizes(collection).values()) == 27
    assert len(sizes(collection)) == 4
    turned = VERBS["undo"](worker, Arguments(collection=path), ignore)
    assert turned["results"] == ["clusters"]
    assert sizes(collection) == {"fire": 18, "green": 9}
    for change in ({"edit": "burn"}, {"edit": "merge", "labels": ["red"]}, {"edit": "rename"}):
        with pytest.raises(QueryError, match="'edit' can't be"):
            do(**change)


def test_a_rename_shares_the_items_with_the_run_before(
    collection: Collection, found: Clusters
) -> None:
    before = collection.results.latest("clusters")
    edit(collection, Rename(found.clusters[0].label, "other"))
    after = collection.results.latest("clusters")
    assert before is not None
    assert after is not None
    folder = collection.path / "results"
    for part in ("items", "tree"):
        one, other = (folder / each.id / f"{part}.arrow" for each in (before, after))
        assert one.samefile(other)
    assert after.parameters["edits"] == [
        {"edit": "rename", "label": found.clusters[0].label, "name": "other"}
    ]


def test_a_cluster_without_denser_regions_stays_whole(
    collection: Collection, found: Clusters
) -> None:
    with pytest.raises(QueryError, match="no denser regions"):
        edit(collection, Split(names(found)["blue"], min_cluster_size=6))
    assert sizes(collection) == COUNTS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Rename(77, "x"), "There is no cluster 77"),
        (Rename(0, " "), "can't be empty"),
        (Rename(0, "blue"), "Another cluster is called 'blue'"),
        (Merge((0,)), "two clusters or more"),
        (Merge((0, -1)), "There is no cluster -1"),
        (Split(0, parts=1), "2 to 11 parts, not 1"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    collection: Collection, found: Clusters, change: Rename | Merge | Split, said: str
) -> None:
    with pytest.raises(QueryError, match=said):
        edit(collection, change)
    assert sizes(collection) == COUNTS
    assert collection.operations() == []


def test_without_clusters_there_is_nothing_to_change(collection: Collection) -> None:
    shutil.rmtree(collection.path / "results")
    with pytest.raises(ResultMissing, match="clusters COLLECTION"):
        edit(collection, Rename(0, "x"))


def test_items_that_came_later_are_left_alone(
    collection: Collection, found: Clusters, tmp_path: Path
) -> None:
    make_picture(tmp_path / "media" / "red-99.png", colour="red", shape="disc", size_px=(80, 80))
    run(collection, tmp_path / "media")
    after = edit(collection, Merge((names(found)["red"], names(found)["blue"])))
    np.testing.assert_array_equal(after.ids, found.ids)
    assert colours_of(collection, f"cluster:{names(found)['red']}") == {"red", "blue"}


def test_the_command_line_changes_clusters(
    collection: Collection,
    found: Clusters,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def command(*options: str) -> object:
        argv = ["embedcurate", "clusters", str(collection.path), *options]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    red, blue = names(found)["red"], names(found)["blue"]
    assert command("--rename", f"{red}=fire", "--merge", f"{blue},{red}") == 0
    assert sizes(collection) == {"fire": 18, "green": 9}
    assert "18  fire" in capsys.readouterr().out
    assert command("--merge", "red") == 2
    assert command("--parts", "2") == 2


def test_a_dozen_edits_are_all_taken_back(collection: Collection, found: Clusters) -> None:
    for number in range(12):
        edit(collection, Rename(names(found)["red"], f"name {number}"))
    assert sizes(collection)["name 11"] == COUNTS["red"]
    for _ in range(12):
        undo(collection)
    assert sizes(collection) == COUNTS
