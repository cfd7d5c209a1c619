"""What a collection remembers of its sources."""

import json
from pathlib import Path

import pytest

from embedcurate.collection import Collection, Origin
from embedcurate.collection.origins import ORIGINS_FILE
from embedcurate.errors import CollectionDamaged
from embedcurate.items import Modality
from tests.collection.store_material import SPACE


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "c", SPACE)


def test_sources_are_remembered_with_what_was_said_of_them(collection: Collection) -> None:
    photos = Origin((Path("/photos"),), frozenset({Modality.IMAGE}), captions="sidecar")
    talks = Origin((Path(b"/talks-\xff".decode(errors="surrogateescape")),), labels="folder")
    collection.origins.remember(photos)
    collection.origins.remember(talks)
    assert Collection.open(collection.path).origins.all() == (photos, talks)


def test_sources_that_are_indexed_again_are_listed_once(collection: Collection) -> None:
    one, other = Path("/one"), Path("/other")
    for sources in ((one,), (other,), (one,), (one, other)):
        collection.origins.remember(Origin(sources))
    assert collection.origins.all() == (Origin((one, other)),)


def test_a_garbled_list_is_said_and_a_missing_one_is_empty(collection: Collection) -> None:
    assert collection.origins.all() == ()
    (collection.path / ORIGINS_FILE).write_text(json.dumps([{"sources": 3}]))
    with pytest.raises(CollectionDamaged, match=ORIGINS_FILE):
        collection.origins.all()
