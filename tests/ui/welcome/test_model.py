"""What a collection is to be made of is right before anything runs, and what is wrong is named."""

import os
from pathlib import Path
from typing import Any

import pytest
from embedcurate_ui.welcome.model import Creation, State, is_collection, name_for, without_nested

SPACES = [
    {"name": "broken", "problem": "its weights are gone"},
    {"name": "large", "problem": None, "download_bytes": 10**9},
    {"name": "starter", "problem": None, "download_bytes": 0},
]


def found(**changes: Any) -> dict[str, Any]:
    offer = {"source": "folder", "count": 3, "distinct": 2, "values": [["cats", 2], ["dogs", 1]]}
    items = {"image": 3, "text": 0, "audio": 0}
    nothing: dict[str, Any] = {"captions": [], "splits": [], "passed": {}, "unreadable": 0}
    return {"items": items, "more": False, "labels": [offer], **nothing, **changes}


@pytest.fixture
def media(tmp_path: Path) -> Path:
    path = tmp_path / "media"
    path.mkdir()
    return path


@pytest.fixture
def creation(tmp_path: Path, media: Path) -> Creation:
    made = Creation()
    made.add([media])
    made.space.offered(SPACES)
    made.saw(found())
    made.collection = tmp_path / "new" / "photos"
    return made


def test_what_is_asked_becomes_the_arguments_of_an_index_run(
    creation: Creation, media: Path
) -> None:
    assert creation.state() is State.READY
    assert creation.arguments() == {
        "collection": str(creation.collection),
        "sources": [str(media)],
        "labels": "folder",
        "space": "starter",
    }
    creation.chosen |= {"labels": None, "captions": "/t.csv", "splits": "folder"}
    assert creation.arguments().items() >= {"captions": "/t.csv", "split": "folder"}.items()
    assert "labels" not in creation.arguments()


def test_nothing_is_made_in_a_space_that_can_not_be_loaded(creation: Creation) -> None:
    creation.space.offered(SPACES[:1])
    assert creation.state() is State.NO_SPACE


def test_other_sources_are_looked_at_anew(creation: Creation, tmp_path: Path) -> None:
    assert creation.add([tmp_path / "media" / "inner"]) is False
    assert creation.found is not None
    assert creation.add([tmp_path / "more"]) is True
    assert (creation.found, creation.chosen) == (None, {})
    assert creation.remove(tmp_path / "more") is True
    assert creation.remove(tmp_path / "more") is False


def test_a_folder_in_another_source_is_no_source_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    paths = [tmp_path / "a" / "b", tmp_path / "a", tmp_path / "a", tmp_path / "ab"]
    assert without_nested(paths) == [tmp_path / "a", tmp_path / "ab"]


def test_each_thing_in_the_way_is_named(creation: Creation, tmp_path: Path, media: Path) -> None:
    def state(collection: Path | None) -> State:
        creation.collection = collection
        return creation.state()

    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "collection.toml").touch()
    assert state(None) is State.NO_FOLDER
    assert state(tmp_path / "empty") is State.READY
    assert state(tmp_path / "full") is State.NOT_EMPTY
    assert state(tmp_path / "full" / "a.txt") is State.NOT_EMPTY
    assert state(media) is state(media / "new") is State.INSIDE_SOURCE
    assert state(tmp_path / "there") is State.EXISTS
    assert is_collection(tmp_path / "there")
    assert "space" not in creation.arguments()
    creation.saw(found(items={"image": 0, "text": 0, "audio": 0}))
    assert creation.state() is State.NOTHING_THERE
    creation.remove(media)
    assert creation.state() is State.NO_SOURCES


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_can_not_be_written_is_named(creation: Creation, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    creation.collection = closed / "new"
    assert creation.state() is State.NOT_WRITABLE


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"/x/Summer 2021", "Summer 2021"),
        (b"/", "collection"),
        (b"/x/caf\xe9?x", "caf--x"),
        (b"/x/...", "collection"),
    ],
)
def test_a_collection_is_named_after_its_first_source(
    tmp_path: Path, source: bytes, name: str
) -> None:
    assert name_for([Path(os.fsdecode(source))], tmp_path) == name


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    for taken in ("photos", "photos 2"):
        (tmp_path / taken).mkdir()
    assert name_for([Path("/x/photos")], tmp_path) == "photos 3"
    assert name_for([], tmp_path) == "collection"
