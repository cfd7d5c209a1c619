"""Logs that are carried to other collections."""

import json
import shutil
from dataclasses import replace

import pytest

from embedcurate.collection import Collection, Decision, Marks, history
from embedcurate.collection.marking import rows_of
from embedcurate.collection.verify import verify
from embedcurate.errors import ExportError, SourceNotFound, TargetExists, UnreadableSource
from tests.collection.store_material import SPACE, encoded

CONTENTS = [f"content {number}" for number in range(4)]


@pytest.fixture(scope="module", autouse=True)
def _empty(tmp_path_factory):
    """Make an empty collection once: copying it is quicker."""
    EMPTY.append(Collection.create(tmp_path_factory.mktemp("empty") / "c", SPACE).path)


EMPTY = []


def made(path, folder, *, without=()):
    """Make a collection of the same four contents, whose paths are in another folder."""
    collection = Collection.open(shutil.copytree(EMPTY[0], path))
    with collection.writer() as writer:
        writer.store(
            [
                encoded(f"{folder}/{number}.png", content=content)
                for number, content in enumerate(CONTENTS)
                if number not in without
            ]
        )
    return collection


def ids_of(collection):
    known = collection.known().to_pylist()
    return {row["content"]: row["id"] for row in known}


def by_content(collection):
    ids = ids_of(collection)
    marks = collection.marks(list(ids.values()))
    return {content: marks[id_] for content, id_ in ids.items()}, dict(collection.decisions())


def change(collection, number, **said):
    with collection.writer() as writer:
        writer.mark([ids_of(collection)[CONTENTS[number]]], **said)


def decide(collection, one, other, kind, keep=None):
    ids = ids_of(collection)
    with collection.writer() as writer:
        writer.decide(
            [(ids[CONTENTS[one]], ids[CONTENTS[other]])], kind, keep=keep and ids[CONTENTS[keep]]
        )


def carry(source, target, tmp_path):
    file = tmp_path / "log.jsonl"
    source.export_log(file, overwrite=True)
    with target.writer() as writer:
        return writer.import_log(file)


@pytest.fixture
def clock(monkeypatch):
    """Let two machines take turns: their clock is what the test says."""

    class Clock(history.datetime):
        second = 0

        @classmethod
        def now(cls, zone):
            cls.second += 1
            return history.datetime.fromtimestamp(1_000_000_000 + cls.second, zone)

    monkeypatch.setattr("embedcurate.collection.history.datetime", Clock)
    return Clock


def test_a_log_carries_marks_and_decisions_to_the_same_contents_elsewhere(tmp_path):
    a, b = made(tmp_path / "a", "here"), made(tmp_path / "b", "there")
    change(a, 0, add={"x", "y"}, stars=3, note="n")
    change(a, 1, pick="reject")
    change(a, 0, remove={"y"})
    decide(a, 0, 1, "duplicate", keep=1)
    report = carry(a, b, tmp_path)
    assert by_content(b) == by_content(a)
    assert by_content(b)[0][CONTENTS[0]] == Marks("", 3, frozenset("x"), "n")
    assert b.decisions() == {tuple(CONTENTS[:2]): Decision("duplicate", CONTENTS[1])}
    assert report.as_document() == {
        "entries": 4, "known": 0, "items": 2, "pairs": 1, "pending": 0,
    }  # fmt: skip
    assert verify(b.path).is_whole
    with b.writer() as writer:
        assert writer.rebuild_marks() == 0


def test_importing_twice_changes_nothing(tmp_path):
    a, b = made(tmp_path / "a", "here"), made(tmp_path / "b", "there")
    change(a, 0, add={"x"})
    carry(a, b, tmp_path)
    change(b, 0, stars=2)
    before, log = rows_of(b.tables), len(b.operations())
    assert carry(a, b, tmp_path).known == 1
    assert carry(b, b, tmp_path).known == 2
    assert (rows_of(b.tables), len(b.operations())) == (before, log)


def test_one_undo_takes_an_import_back_and_redo_makes_it_again(tmp_path):
    a, b = made(tmp_path / "a", "here"), made(tmp_path / "b", "there")
    change(b, 0, stars=5)
    before = by_content(b)
    change(a, 0, stars=1)
    change(a, 2, add={"x"})
    decide(a, 2, 3, "different")
    carry(a, b, tmp_path)
    after = by_content(b)
    assert after[0][CONTENTS[0]].stars == 1
    with b.writer() as writer:
        writer.undo()
        assert by_content(b) == before
        writer.redo()
        assert by_content(b) == after


@pytest.mark.parametrize("order", ["abc", "cab", "cba"])
def test_in_whatever_order_logs_are_brought_together_the_last_word_holds(tmp_path, clock, order):
    all_ = {name: made(tmp_path / name, name) for name in "abc"}
    a, b, c = all_.values()
    change(a, 0, stars=1, add={"a"})
    change(b, 0, stars=2, add={"b"})
    change(c, 0, stars=3, add={"a", "c"})
    change(a, 0, remove={"a"})
    change(b, 1, pick="pick")
    change(c, 1, pick="reject")
    with b.writer() as writer:
        writer.undo()  # of the pick, after the reject was said
    decide(b, 2, 3, "different")
    decide(a, 2, 3, "duplicate", keep=3)
    target = all_[order[0]]
    for name in order[1:]:
        carry(all_[name], target, tmp_path)
    marks, decisions = by_content(target)
    assert marks[CONTENTS[0]] == Marks("", 3, frozenset("bc"))
    assert marks[CONTENTS[1]] == Marks()
    assert decisions == {tuple(CONTENTS[2:]): Decision("duplicate", CONTENTS[3])}
    # From there it goes back to the others, as from its own makers.
    for name in order[1:]:
        carry(target, all_[name], tmp_path)
        assert by_content(all_[name]) == by_content(target)


def test_what_is_said_after_an_import_holds_though_the_other_clock_ran_ahead(tmp_path, clock):
    a, b = made(tmp_path / "a", "here"), made(tmp_path / "b", "there")
    clock.second = 5_000
    change(a, 0, stars=1)
    clock.second = 0
    carry(a, b, tmp_path)
    change(b, 0, stars=4)
    carry(b, a, tmp_path)
    assert by_content(a)[0][CONTENTS[0]].stars == by_content(b)[0][CONTENTS[0]].stars == 4


def test_of_the_same_moment_the_greater_machine_holds_on_both(tmp_path, clock, monkeypatch):
    a, b = made(tmp_path / "a", "here"), made(tmp_path / "b", "there")
    for collection, machine, stars in ((a, "bb", 2), (b, "aa", 1)):
        monkeypatch.setattr(history, "_machine", lambda machine=machine: machine)
        clock.second = 7
        change(collection, 0, stars=stars)
    assert a.operations()[0].time == b.operations()[0].time
    carry(a, b, tmp_path)
    carry(b, a, tmp_path)
    assert by_content(a)[0][CONTENTS[0]].stars == by_content(b)[0][CONTENTS[0]].stars == 2


def test_entries_about_items_that_are_not_here_hold_once_they_come(tmp_path):
    a, b = made(tmp_path / "a", "here"), made(tmp_path / "b", "there", without={0, 1})
    change(a, 0, add={"x"}, stars=2)
    change(a, 0, stars=5)
    change(a, 1, pick="pick")
    change(a, 2, note="here")
    assert carry(a, b, tmp_path).pending == 2
    assert carry(a, b, tmp_path).pending == 0
    with b.writer() as writer:
        writer.store([encoded("late/0.png", content=CONTENTS[0])])
    assert by_content(b)[0][CONTENTS[0]] == Marks("", 5, frozenset("x"))
    with b.writer() as writer:
        writer.store([encoded("late/1.png", content=CONTENTS[1])])
    assert by_content(b) == by_content(a)
    first, copy = (encoded(f"{name}/1.png", content=CONTENTS[1]) for name in ("late", "again"))
    with b.writer() as writer:
        writer.store([copy])
    marks = b.marks([first.item.id, copy.item.id])
    assert [one.pick for one in marks.values()] == ["pick", ""]
    assert verify(b.path).is_whole


def test_what_was_said_here_of_a_renamed_item_is_compared_under_its_new_name(tmp_path, clock):
    a, b = made(tmp_path / "a", "here"), made(tmp_path / "b", "there")
    change(a, 0, stars=1)
    change(b, 0, stars=4)
    (old,) = b.items([ids_of(b)[CONTENTS[0]]])
    with b.writer() as writer:
        writer.move([(old.id, replace(encoded("renamed.png").item, content=old.content))])
    carry(a, b, tmp_path)
    assert by_content(b)[0][CONTENTS[0]].stars == 4


def test_items_are_found_by_content_first_and_by_id_where_the_bytes_have_changed(tmp_path):
    a, b = made(tmp_path / "a", "same"), made(tmp_path / "b", "same")
    change(a, 0, stars=3)
    change(a, 1, stars=1)
    with b.writer() as writer:
        # The file 0 was edited; the files 1 and 2 have swapped their names.
        writer.store(
            [
                encoded("same/0.png", content="other"),
                encoded("same/1.png", content=CONTENTS[2]),
                encoded("same/2.png", content=CONTENTS[1]),
            ]
        )
    carry(a, b, tmp_path)
    marks = by_content(b)[0]
    assert marks["other"].stars == 3
    assert (marks[CONTENTS[1]].stars, marks[CONTENTS[2]].stars) == (1, 0)


def unchecked(line, **other):
    """Return a line as another program writes it, with other values."""
    return json.dumps({**json.loads(line.partition(',"check"')[0] + "}"), **other})


BAD = {
    "torn": lambda line: line[: len(line) // 2],
    "altered": lambda line: line.replace('"stars":[0,1]', '"stars":[0,2]'),
    "no entry": lambda _: "[1, 2]",
    "no JSON": lambda _: "\x00\x00",
    "kind": lambda line: unchecked(line, kind="forget"),
    "time": lambda line: unchecked(line, time="yesterday"),
    "zone": lambda line: unchecked(line, time="2026-01-01T00:00:00+01:00"),
    "id": lambda line: unchecked(line, id=7),
    "stars": lambda line: unchecked(line, marks=[{"ids": [], "contents": [], "stars": [0, 9]}]),
    "pick": lambda line: unchecked(line, marks=[{"ids": [], "contents": [], "pick": ["", "?"]}]),
    "lengths": lambda line: unchecked(line, marks=[{"ids": ["1"], "contents": []}]),
    "surrogate": lambda line: unchecked(line, marks=[{"ids": ["1"], "contents": ["\ud800"]}]),
    "number": lambda line: unchecked(line, marks=[{"ids": [1], "contents": ["1"]}]),
    "decision": lambda line: unchecked(
        line, decisions=[{"pairs": [["a", "b"]], "was": None, "now": {"kind": "?", "keep": None}}]
    ),
    "order": lambda line: unchecked(
        line, decisions=[{"pairs": [["b", "a"]], "was": None, "now": None}]
    ),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Return two exported lines, and a collection that they could be imported into."""
    folder = tmp_path_factory.mktemp("said")
    a, b = made(folder / "a", "here"), made(folder / "b", "there")
    change(a, 1, stars=2)
    change(a, 0, stars=1)
    a.export_log(folder / "log.jsonl")
    return (folder / "log.jsonl").read_text().splitlines(), b


@pytest.mark.parametrize("how", BAD)
def test_a_bad_line_is_named_and_nothing_is_imported(tmp_path, said, how):
    (first, second), b = said
    file = tmp_path / "log.jsonl"
    bad = BAD[how](second)
    assert bad != second
    file.write_text(f"{first}\n\n{bad}\n")
    with b.writer() as writer, pytest.raises(UnreadableSource, match=r"log\.jsonl.*line 3"):
        writer.import_log(file)
    assert (rows_of(b.tables), b.operations()) == ({}, [])


def test_lines_of_other_programs_need_no_checksum(tmp_path):
    b = made(tmp_path / "b", "there")
    entry = {
        "seq": 1, "id": "ab", "time": "2026-01-01T00:00:00.000000+00:00", "machine": "cd",
        "kind": "mark",
        "marks": [{"ids": ["?"], "contents": [CONTENTS[0]], "add": ["from elsewhere"]}],
    }  # fmt: skip
    file = tmp_path / "log.jsonl"
    file.write_text(json.dumps(entry))
    with b.writer() as writer:
        assert writer.import_log(file).items == 1
    assert by_content(b)[0][CONTENTS[0]].tags == {"from elsewhere"}


def test_a_log_is_not_written_over_a_file_nor_read_from_none(tmp_path):
    a = made(tmp_path / "a", "here")
    file = tmp_path / "log.jsonl"
    assert a.export_log(file) == 0
    with pytest.raises(TargetExists):
        a.export_log(file)
    with pytest.raises(ExportError, match=r"nowhere.*can't be written"):
        a.export_log(tmp_path / "nowhere" / "log.jsonl")
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["log.jsonl"]
    with a.writer() as writer:
        with pytest.raises(SourceNotFound):
            writer.import_log(tmp_path / "none.jsonl")
        with pytest.raises(UnreadableSource, match="directory"):
            writer.import_log(tmp_path)
