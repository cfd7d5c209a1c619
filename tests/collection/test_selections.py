"""Selections through the log: taken back, made again, and brought back from it."""

import shutil
import signal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedcurate.collection import Collection
from embedcurate.collection.journal import Journal
from embedcurate.collection.repair import repair
from embedcurate.errors import UnknownSelection
from tests.collection.store_material import SPACE, batch
from tests.collection.test_processes import start

IDS = [one.item.id for one in batch(0, 4)]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "c"
    with Collection.create(path, SPACE).writer() as writer:
        writer.store(batch(0, 4))
    return path


@pytest.fixture
def collection(small, tmp_path):
    return Collection.open(shutil.copytree(small, tmp_path / "c"))


def state(collection):
    known = collection.selections
    return {name: known.get(name) for name in known.names()}


def turn(collection, which):
    with collection.writer() as writer:
        operation = getattr(writer, which)()
    return operation and operation.words()


def test_what_was_done_to_selections_is_taken_back_in_words_and_made_again(collection):
    states = [state(collection)]
    with collection.writer() as writer:
        for change in (
            lambda: writer.save_selection("one", IDS, "a story"),
            lambda: writer.save_selection("one", IDS[:2], "another"),
            lambda: writer.rename_selection("one", "two"),
            lambda: writer.save_selection("x", IDS[1:], "", said="selection 'x' made of 'a'"),
            lambda: writer.delete_selection("two"),
        ):
            change()
            states.append(state(collection))
    said = [
        "selection 'two' deleted",
        "selection 'x' made of 'a'",
        "selection 'one' renamed to 'two'",
        "selection 'one' replaced",
        "selection 'one' saved",
    ]
    for words, before in zip(said, states[-2::-1], strict=True):
        assert turn(collection, "undo") == f"undo: {words}"
        assert state(collection) == before
    assert turn(collection, "undo") is None
    for words, after in zip(said[::-1], states[1:], strict=True):
        assert turn(collection, "redo") == f"redo: {words}"
        assert state(collection) == after
    assert turn(collection, "redo") is None


NAMES = st.sampled_from("abc")
STEPS = st.one_of(
    st.tuples(st.just("save_selection"), NAMES, st.lists(st.sampled_from(IDS)), st.text("xy")),
    st.tuples(st.just("delete_selection"), NAMES),
    st.tuples(st.just("rename_selection"), NAMES, st.sampled_from("def")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_any_walk_is_taken_back_step_by_step_as_a_model_says(collection, steps):
    with collection.writer() as writer:
        for name in collection.selections.names():
            writer.delete_selection(name)
        writer.save_selection("first", IDS, "")  # so that nothing is left to redo
        past, future, now = [], [], state(collection)
        for name, *arguments in steps:
            if name == "undo":
                if past:
                    assert writer.undo() is not None
                    future.append(now)
                    now = past.pop()
            elif name == "redo":
                assert (writer.redo() is not None) == bool(future)
                if future:
                    past.append(now)
                    now = future.pop()
            else:
                known = set(collection.selections.names())
                if name != "save_selection" and arguments[0] not in known:
                    with pytest.raises(UnknownSelection):
                        getattr(writer, name)(*arguments)
                    continue
                if name == "rename_selection" and arguments[1] in known:
                    continue
                getattr(writer, name)(*arguments)
                past.append(now)
                future, now = [], state(collection)
            assert state(collection) == now


def test_a_writer_killed_before_the_file_has_its_change_made_by_the_next(collection):
    code = """
import os, signal
from embedcurate.collection import selections
IDS = [one.item.id for one in batch(0, 4)]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
with Collection.open(path).writer() as writer:
    selections.Versions.put = die
    writer.save_selection("one", IDS, "a story")
"""
    process = start(code, collection.path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert state(collection) == {}
    with collection.writer():
        pass
    assert state(collection)["one"].ids == tuple(IDS)


def test_a_selection_that_was_lost_or_altered_comes_back_from_the_log(collection):
    with collection.writer() as writer:
        for name in ("lost", "altered", "whole"):
            writer.save_selection(name, IDS, name)
        writer.save_selection("gone", IDS, "")
        writer.delete_selection("gone")
    before = state(collection)
    folder = collection.path / "selections"
    (folder / "lost.json").unlink()
    (folder / "altered.json").write_text("{}")
    repair(collection.path)
    assert state(collection) == before


def test_what_was_altered_outside_is_deleted_and_comes_back_as_it_was(collection):
    file = collection.path / "selections" / "s.json"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"not a selection")
    with collection.writer() as writer:
        writer.delete_selection("s")
        assert not file.exists()
        writer.undo()
    assert file.read_bytes() == b"not a selection"


def test_a_version_that_the_log_lost_is_not_taken_back_and_what_came_before_is(collection):
    with collection.writer() as writer:
        writer.mark(IDS[:1], stars=3)
        writer.save_selection("s", IDS, "first")
        writer.save_selection("s", IDS, "second")
    kept = Journal(collection.path).last().selections[0].was
    (collection.path / "log" / "selections" / f"{kept}.json").write_text("{}")
    assert turn(collection, "undo") == "undo: nothing, as what it changed is not there any more"
    assert collection.selections.get("s").story == "second"
    turn(collection, "undo")
    assert turn(collection, "undo") == "undo: 3 stars (1 item)"
    assert collection.selections.names() == []
