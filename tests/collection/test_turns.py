"""Runs that write in turns: what others write in between, and what they are kept from."""

from pathlib import Path

import pytest

from embedcurate.collection import Collection
from embedcurate.collection.repair import repair
from embedcurate.collection.verify import verify
from embedcurate.errors import CollectionLocked
from tests.collection.store_material import SPACE, batch, filled, renamed


def test_marks_are_written_between_the_turns_of_a_run_and_the_log_has_all_in_order(
    tmp_path: Path,
) -> None:
    path = tmp_path / "c"
    filled(path, 9)
    run, user = Collection.open(path), Collection.open(path)
    first, second, third = [one.item for one in batch(0, 3)]
    with run.run(doing="embedcurate index") as turn:
        for number, item in enumerate((first, second)):
            with turn() as writer:
                writer.store(batch(10 * number + 10, 10 * number + 13))
                writer.move([(item.id, renamed(item, f"moved {number}.png"))])
            with user.writer() as writer:
                writer.mark([third.id], stars=number + 1)
    kinds = [operation.kind for operation in user.operations(4)]
    assert kinds == ["mark", "move", "mark", "move"]
    assert user.marks([third.id])[third.id].stars == 2
    with user.writer() as writer:
        assert writer.undo() is not None
        assert user.marks([third.id])[third.id].stars == 1
    assert run.outcomes() == {"ok": 15}
    assert verify(path).is_whole


def test_whoever_writes_for_a_moment_waits_for_a_turn_and_not_for_the_run(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "c", SPACE)
    with collection.run(doing="embedcurate index") as turn:
        with (
            turn(),
            pytest.raises(CollectionLocked, match="written by embedcurate index, process"),
            collection.writer(),
        ):
            raise AssertionError("two writers")
        with collection.writer() as writer:
            writer.store(batch(0, 1))
            with pytest.raises(CollectionLocked, match="is being written"), turn(wait_s=0):
                raise AssertionError("two writers")
    assert collection.outcomes() == {"ok": 1}


def test_a_run_keeps_off_other_runs_and_repairs_and_is_kept_off_by_a_writer(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "c", SPACE)
    words = "written by embedcurate index, process"
    with collection.run(doing="embedcurate index"):
        with pytest.raises(CollectionLocked, match=words), collection.run(doing="another"):
            raise AssertionError("two runs")
        with pytest.raises(CollectionLocked, match=words):
            repair(collection.path)
    with (
        collection.writer(doing="embedcurate tag"),
        pytest.raises(CollectionLocked, match="embedcurate tag"),
        collection.run(doing="embedcurate index"),
    ):
        raise AssertionError("a run beside a writer")


def test_what_a_turn_was_cut_short_at_is_finished_by_the_next_writer(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "c", SPACE)

    def cut_short() -> None:
        def interrupt(_: object) -> None:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch, collection.run(doing="index") as turn:
            patch.setattr("embedcurate.collection.writer.items_from", interrupt)
            with turn() as writer:
                writer.store(batch(0, 3))

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert verify(collection.path).is_whole
    assert collection.tables.count("vectors_shared") == 0
