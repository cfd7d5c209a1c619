import pytest

from embedcurate.collection import Collection, Decision
from embedcurate.collection.verify import verify
from embedcurate.errors import UnknownItem
from embedcurate.items import Outcome
from tests.collection.store_material import SPACE, batch, encoded, renamed

ITEMS = [one.item for one in batch(0, 6)]
IDS = [item.id for item in ITEMS]


@pytest.fixture
def collection(tmp_path):
    collection = Collection.create(tmp_path / "c", SPACE)
    with collection.writer() as writer:
        writer.store(batch(0, 6))
    return collection


def pair(one: int, other: int) -> tuple[str, str]:
    return tuple(sorted((ITEMS[one].content, ITEMS[other].content)))


def test_a_decision_is_kept_by_the_contents_of_its_pair_in_either_order(collection):
    with collection.writer() as writer:
        assert writer.decide([(IDS[1], IDS[0])], "duplicate", keep=IDS[1]) == 1
        assert writer.decide([(IDS[0], IDS[1])], "duplicate", keep=IDS[1]) == 0
        assert writer.decide([(IDS[2], IDS[3]), (IDS[4], IDS[3])], "different") == 2
    expected = {
        pair(0, 1): Decision("duplicate", keep=ITEMS[1].content),
        pair(2, 3): Decision("different"),
        pair(3, 4): Decision("different"),
    }
    assert collection.decisions() == expected
    assert Collection.open(collection.path).decisions() == expected
    assert verify(collection.path).is_whole


def test_deciding_again_replaces_and_none_takes_back(collection):
    with collection.writer() as writer:
        writer.decide([(IDS[0], IDS[1]), (IDS[2], IDS[3])], "duplicate", keep=[IDS[0], None])
        assert writer.decide([(IDS[0], IDS[1])], "alternate") == 1
        assert writer.decide([(IDS[3], IDS[2])], None) == 1
        assert writer.decide([(IDS[3], IDS[2]), (IDS[4], IDS[5])], None) == 0
        assert writer.decide([], "different") == 0
    assert collection.decisions() == {pair(0, 1): Decision("alternate")}


def test_a_decision_outlives_renames_and_holds_for_copies(collection):
    moved, copied = renamed(ITEMS[0], "moved.txt"), renamed(ITEMS[1], "copy.png")
    with collection.writer() as writer:
        writer.decide([(IDS[0], IDS[1])], "duplicate", keep=IDS[0])
        writer.move([(IDS[0], moved)])
        writer.copy([(IDS[1], copied)])
        assert writer.decide([(copied.id, moved.id)], "duplicate", keep=moved.id) == 0


def test_an_unknown_or_unread_item_or_a_senseless_decision_changes_nothing(collection):
    unread = encoded("odd.png", outcome=Outcome.FAILED, content=None).item
    with collection.writer() as writer:
        writer.record([unread])
        for other in ("nobody", unread.id):
            with pytest.raises(UnknownItem, match=other):
                writer.decide([(IDS[0], IDS[1]), (IDS[0], other)], "duplicate")
        with pytest.raises(ValueError, match="duplicate, different, alternate"):
            writer.decide([(IDS[0], IDS[1])], "maybe")
        with pytest.raises(ValueError, match="zip"):
            writer.decide([(IDS[0], IDS[1])], "duplicate", keep=[IDS[0], IDS[1]])
    assert collection.decisions() == {}


def test_decisions_are_undone_and_redone_with_what_they_replaced(collection):
    with collection.writer() as writer:
        writer.decide([(IDS[0], IDS[1])], "different")
        writer.decide([(IDS[0], IDS[1]), (IDS[2], IDS[3])], "duplicate", keep=IDS[1])
        last = dict(collection.decisions())
        assert "duplicate (2 pairs)" in writer.undo().words()
        assert collection.decisions() == {pair(0, 1): Decision("different")}
        writer.undo()
        assert collection.decisions() == {}
        assert writer.undo() is None
        writer.redo()
        writer.redo()
        assert collection.decisions() == last
        assert writer.redo() is None


def test_the_decisions_are_read_once_as_long_as_none_changes(collection):
    with collection.writer() as writer:
        writer.decide([(IDS[0], IDS[1])], "different")
        first = collection.decisions()
        writer.mark([IDS[0]], stars=1)
        assert collection.decisions() is first
        writer.decide([(IDS[0], IDS[2])], "different")
        assert collection.decisions() is not first


def test_what_loses_is_rejected_in_the_same_step_as_the_decision(collection):
    with collection.writer() as writer:
        writer.decide([(IDS[0], IDS[1])], "duplicate", keep=IDS[0], reject=[IDS[1], IDS[2]])
        assert [one.pick for one in collection.marks(IDS[:3]).values()] == ["", "reject", "reject"]
        writer.undo()
        assert collection.decisions() == {}
        assert not any(one.pick for one in collection.marks(IDS[:4]).values())
        assert writer.undo() is None
        writer.redo()
        assert collection.decisions() == {pair(0, 1): Decision("duplicate", keep=ITEMS[0].content)}
        assert writer.decide([], "duplicate", reject=[IDS[3]]) == 0
        assert collection.marks([IDS[3]])[IDS[3]].pick == "reject"
