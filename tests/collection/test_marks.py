import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedcurate.collection import Collection, Marks
from embedcurate.errors import UnknownItem
from tests.collection.store_material import SPACE, batch

IDS = [one.item.id for one in batch(0, 12)]


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    collection = Collection.create(tmp_path_factory.mktemp("marks") / "c", SPACE)
    with collection.writer() as writer:
        writer.store(batch(0, 12))
    return collection


@pytest.fixture
def writer(collection):
    with collection.writer() as writer:
        yield writer
        writer.mark(IDS, remove=set().union(*(m.tags for m in collection.marks(IDS).values())),
                    pick="", stars=0, note="")  # fmt: skip


def test_marks_add_up_and_what_is_none_stays(collection, writer):
    assert writer.mark(IDS[:3], add={"a", "b"}, stars=3) == 3
    assert writer.mark(IDS[:2], add={"c"}, remove={"a"}, pick="pick") == 2
    assert writer.mark(IDS[:1], note="look", stars=0) == 1
    assert list(collection.marks(IDS[:4]).values()) == [
        Marks("pick", 0, frozenset({"b", "c"}), "look"),
        Marks("pick", 3, frozenset({"b", "c"})),
        Marks("", 3, frozenset({"a", "b"})),
        Marks(),
    ]


def test_only_items_that_change_are_counted_and_written(collection, writer):
    writer.mark(IDS[:2], add={"x"})
    version = collection.version()
    assert writer.mark(IDS[:2], add={"x"}, remove={"y"}) == 0
    assert writer.mark([], add={"x"}) == 0
    assert collection.version() == version
    assert writer.mark([*IDS[:3], IDS[0]], add={"x"}) == 1


def test_marking_leaves_vectors_alone(collection, writer):
    before = [collection.table_version(name) for name in ("items", "vectors_shared", "segments")]
    writer.mark(IDS, stars=5)
    assert [
        collection.table_version(name) for name in ("items", "vectors_shared", "segments")
    ] == before


def test_an_unknown_item_or_a_senseless_mark_changes_nothing(collection, writer):
    version = collection.version()
    with pytest.raises(UnknownItem, match="nobody"):
        writer.mark([IDS[0], "nobody"], stars=1)
    with pytest.raises(ValueError, match="0 to 5"):
        writer.mark(IDS[:1], stars=6)
    with pytest.raises(ValueError, match="'pick', 'reject'"):
        writer.mark(IDS[:1], pick="maybe")
    assert collection.version() == version


def test_an_id_that_is_an_injection_marks_nothing(collection, writer):
    with pytest.raises(UnknownItem):
        writer.mark(["x' OR '1'='1"], stars=5)
    assert not any(mark.stars for mark in collection.marks(IDS).values())


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet=st.characters(codec=None), max_size=20), st.text(max_size=40))
def test_any_text_can_be_a_tag_and_a_note_and_be_taken_away(collection, writer, tag, note):
    writer.mark(IDS[:2], add={tag}, note=note)
    (mark,) = collection.marks(IDS[:1]).values()
    stored = tag.encode("utf-8", "replace").decode()
    assert mark.tags == {stored}
    assert mark.note == note
    writer.mark(IDS[:2], remove={tag}, note="")
    assert collection.marks(IDS[:2]) == {id_: Marks() for id_ in IDS[:2]}
