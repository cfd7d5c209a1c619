"""The log: undo and redo over all of it, kills between log and state, damage, rebuilding."""

import json
import shutil
import signal
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from embedcurate.collection import Collection, Decision, Marks, journal
from embedcurate.collection.journal import Journal
from embedcurate.collection.marking import rows_of
from embedcurate.collection.repair import repair
from embedcurate.collection.verify import verify
from embedcurate.errors import DiskFull
from tests.collection.store_material import SPACE, batch, encoded, filled, renamed
from tests.collection.test_processes import finish, start

N = 4
SOME = st.sets(st.integers(0, N - 1), min_size=1)
TAGS = st.sets(st.sampled_from("abc"))
UNMARKED = Marks()


class Walk(RuleBasedStateMachine):
    """Random changes, renames and restarts beside a model that keeps every state there was."""

    @initialize()
    def make(self):
        import tempfile
        from pathlib import Path

        self.folder = Path(tempfile.mkdtemp(prefix="embedcurate-test-"))
        self.collection = Collection.create(self.folder / "c", SPACE)
        self.encoded = [encoded(f"{place}.png") for place in range(N)]
        self.states = [({}, {})]  # the marks of each item, the decisions of each pair of contents
        self.at = 0
        self.names = 0
        self.opened = None
        self.reopen()
        self.writer.store(self.encoded)

    def reopen(self):
        if self.opened is not None:
            self.opened.__exit__(None, None, None)
        self.collection = Collection.open(self.collection.path)
        self.opened = self.collection.writer()
        self.writer = self.opened.__enter__()

    def id(self, place):
        return self.encoded[place].item.id

    def changed(self, marks=None, decisions=None):
        before = self.states[self.at]
        del self.states[self.at + 1 :]
        self.states.append((before[0] | (marks or {}), before[1] | (decisions or {})))
        self.at += 1

    def check(self):
        marks, decisions = self.states[self.at]
        found = self.collection.marks([one.item.id for one in self.encoded])
        assert list(found.values()) == [marks.get(place, UNMARKED) for place in range(N)]
        made = {pair: one for pair, one in decisions.items() if one is not None}
        assert dict(self.collection.decisions()) == made

    @rule(places=SOME, add=TAGS, remove=TAGS, pick=st.sampled_from([None, "", "pick", "reject"]),
          stars=st.sampled_from([None, 0, 3]),
          note=st.sampled_from([None, "", "n\u2028\n"]))  # fmt: skip
    def mark(self, places, add, remove, pick, stars, note):
        old = self.states[self.at][0]
        said = {"pick": pick, "stars": stars, "note": note}
        said = {name: value for name, value in said.items() if value is not None}
        new = {}
        for place in places:
            before = old.get(place, UNMARKED)
            after = replace(before, tags=frozenset((before.tags | add) - remove), **said)
            if after != before:
                new[place] = after
        ids = [self.id(place) for place in places]
        assert self.writer.mark(
            ids, add=add, remove=remove, pick=pick, stars=stars, note=note
        ) == len(new)
        if new:
            self.changed(marks=new)
        self.check()

    @rule(places=st.sets(st.integers(0, N - 1), min_size=2, max_size=2),
          kind=st.sampled_from(["duplicate", "different", None]))  # fmt: skip
    def decide(self, places, kind):
        one, other = places
        contents = sorted(self.encoded[place].item.content for place in places)
        keep = self.id(one) if kind == "duplicate" else None
        now = kind and Decision(kind, keep and self.encoded[one].item.content)
        pair = tuple(contents)
        before = self.states[self.at][1].get(pair)
        changed = self.writer.decide([(self.id(other), self.id(one))], kind, keep=keep)
        assert changed == (before != now)
        if changed:
            self.changed(decisions={pair: now})
        self.check()

    @rule()
    def undo(self):
        undone = self.writer.undo()
        assert (undone is None) == (self.at == 0)
        self.at = max(0, self.at - 1)
        self.check()

    @rule()
    def redo(self):
        done = self.writer.redo()
        assert (done is None) == (self.at == len(self.states) - 1)
        self.at = min(len(self.states) - 1, self.at + 1)
        self.check()

    @rule(places=SOME)
    def rename(self, places):
        pairs = []
        for place in places:
            self.names += 1
            old = self.encoded[place]
            new = replace(old, item=renamed(old.item, f"name {self.names}.png"))
            pairs.append((old.item.id, new.item))
            self.encoded[place] = new
        self.writer.move(pairs)
        self.check()

    @rule(places=st.sets(st.integers(0, N - 1), min_size=2, max_size=2), twice=st.booleans())
    def swap(self, places, twice):
        one, other = places
        a, b = self.encoded[one], self.encoded[other]
        pairs = [
            (a.item.id, renamed(a.item, b.item.path.name)),
            (b.item.id, renamed(b.item, a.item.path.name)),
        ]
        self.writer.move(pairs)
        if twice:  # as when the first was cut short
            self.writer.move(pairs)
        self.encoded[one] = replace(a, item=pairs[0][1])
        self.encoded[other] = replace(b, item=pairs[1][1])
        self.check()

    @rule(place=st.integers(0, N - 1))
    def edit(self, place):
        """The file gets other bytes: it keeps its marks."""
        self.names += 1
        old = self.encoded[place]
        item = replace(old.item, content=f"content {self.names}")
        self.encoded[place] = replace(old, item=item)
        self.writer.store([self.encoded[place]])
        self.check()

    @rule()
    def restart(self):
        self.reopen()
        self.check()

    @precondition(lambda self: self.at > 1)
    @rule()
    def rebuild(self):
        before = rows_of(self.collection.tables)
        assert self.writer.rebuild_marks() == 0
        self.collection.tables.open("marks").delete("true")
        assert self.writer.rebuild_marks() == len(before)
        assert rows_of(self.collection.tables) == before
        self.check()

    def teardown(self):
        if self.opened is None:
            return
        while self.writer.undo() is not None:
            self.at -= 1
        assert self.at == 0
        self.check()
        while self.writer.redo() is not None:
            self.at += 1
        assert self.at == len(self.states) - 1
        self.check()
        self.opened.__exit__(None, None, None)
        shutil.rmtree(self.folder)


TestWalk = Walk.TestCase
TestWalk.settings = settings(
    max_examples=12,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Make a collection with six entries in its log: marks, decisions, an undo."""
    collection = filled(tmp_path_factory.mktemp("whole") / "c", 12)
    with collection.writer() as writer:
        writer.mark([IDS[3]], stars=1)
        writer.undo()
    return collection.path


@pytest.fixture
def path(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "c")


IDS = [one.item.id for one in batch(0, 12)]


def log_of(path):
    (file,) = (path / "log" / "journal").glob("*.jsonl")
    return file


def state(path):
    collection = Collection.open(path)
    return rows_of(collection.tables), dict(collection.decisions())


CUT_SHORT = {
    "mark": "writer.mark(IDS, add=['late'], stars=5)",
    "decide": "writer.decide([(IDS[0], IDS[1])], 'alternate')",
    "undo": "writer.undo()",
    "redo": "writer.redo()",
    "import": "writer.import_log(path.parent / 'log.jsonl')",
    "move": "writer.move([(IDS[1], renamed(batch(1, 2)[0].item, 'elsewhere.png'))])",
}


@pytest.mark.parametrize("what", CUT_SHORT)
def test_a_writer_killed_between_log_and_state_has_its_change_made_by_the_next(path, what):
    twin = shutil.copytree(path, path.parent / "twin")
    entry = {
        "seq": 1, "id": "ab", "time": "2099-01-01T00:00:00.000000+00:00", "machine": "cd",
        "kind": "mark", "marks": [{"ids": IDS[:1], "contents": [None], "stars": [0, 2]}],
    }  # fmt: skip
    (path.parent / "log.jsonl").write_text(json.dumps(entry))
    code = """
import os, signal
from embedcurate.collection import decisions, marking
IDS = [one.item.id for one in batch(0, 12)]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
with Collection.open(path).writer() as writer:
    if sys.argv[2] == "killed":
        marking.upsert = decisions.upsert = die
"""
    code += f"    {CUT_SHORT[what]}\n"
    finish(start(code, twin, "whole"))
    before = state(path)
    process = start(code, path, "killed")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert state(path) == before
    with Collection.open(path).writer():
        pass
    assert state(path) == state(twin) != before
    if what == "move":  # indexing does it again
        finish(start(code, path, "whole"))
        assert state(path) == state(twin)
        assert Collection.open(path).outcomes() == {"ok": 12}
    assert verify(path).is_whole


def test_a_log_cut_at_any_byte_of_its_last_line_opens_without_that_entry_and_goes_on(path):
    collection = Collection.open(path)
    with collection.writer() as writer:
        writer.mark([IDS[5]], note="the last")
    file = log_of(path)
    content = file.read_bytes()
    start_of_last = content[:-1].rindex(b"\n") + 1
    for cut in range(start_of_last, len(content)):
        file.write_bytes(content[:cut])
        newest = Journal(path).last()
        assert newest.kind == "undo"
        assert not Journal(path).damage()
    for cut in (start_of_last + 7, len(content) - 1):
        file.write_bytes(content[:cut])
        with collection.writer() as writer:
            writer.mark([IDS[6]], note=f"after {cut}")
            assert writer.undo().words() == "undo: note (1 item)"
        assert not Journal(path).damage()
        for other in file.parent.glob("*.jsonl"):
            if other != file:
                other.unlink()


def test_a_log_whose_first_line_of_a_new_file_is_torn_goes_on(path, monkeypatch):
    monkeypatch.setattr(journal, "_SEGMENT_BYTES", 1)
    collection = Collection.open(path)
    with collection.writer() as writer:
        writer.mark([IDS[5]], note="one")
    newest = Journal(path).files()[-1]
    newest.write_bytes(newest.read_bytes()[:20])
    with collection.writer() as writer:
        writer.mark([IDS[6]], note="two")
    assert [one.kind for one in collection.operations(2)] == ["mark", "undo"]
    assert verify(path).is_whole


def test_a_full_disk_leaves_log_and_state_as_they_were(path, monkeypatch):
    collection = Collection.open(path)
    before = state(path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with collection.writer() as writer:
        with monkeypatch.context() as patch:
            patch.setattr(journal.os, "fsync", full)
            with pytest.raises(DiskFull):
                writer.mark(IDS, stars=2)
        assert state(path) == before
        writer.mark([IDS[0]], note="room again")
        writer.undo()
        assert writer.rebuild_marks() == 0
    assert state(path) == before


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_change_that_an_error_kept_from_the_table_is_made_before_the_next(
    path, monkeypatch, goes_on
):
    collection = Collection.open(path)

    def full(*_: object) -> None:
        raise DiskFull(path)

    with collection.writer() as writer:
        with monkeypatch.context() as patch:
            patch.setattr("embedcurate.collection.marking.upsert", full)
            with pytest.raises(DiskFull):
                writer.mark([IDS[8]], add={"first"}, stars=2)
        assert collection.marks([IDS[8]]) == {IDS[8]: Marks()}
        if goes_on:
            assert writer.mark([IDS[8]], add={"second"}, stars=2) == 1
            writer.undo()
    assert collection.marks([IDS[8]]) == {IDS[8]: Marks("", 2, frozenset({"first"}))}


def test_undo_over_many_files_reads_only_those_it_needs(path, monkeypatch):
    monkeypatch.setattr(journal, "_SEGMENT_BYTES", 300)
    collection = Collection.open(path)
    with collection.writer() as writer:
        for number in range(30):
            writer.mark([IDS[7]], note=str(number))
    assert len(Journal(path).files()) > 10
    read = []
    monkeypatch.setattr(journal, "_lines", lambda file: read.append(file) or lines(file))
    with collection.writer() as writer:
        writer.undo()
    assert len(set(read)) <= 2
    (mark,) = collection.marks([IDS[7]]).values()
    assert mark.note == "28"
    with collection.writer() as writer:
        for _ in range(29):
            writer.undo()
    (mark,) = collection.marks([IDS[7]]).values()
    assert mark == Marks()


lines = journal._lines


@pytest.mark.parametrize("entry", range(6))
def test_a_damaged_line_is_found_and_costs_no_mark_that_the_table_has(path, entry):
    before = state(path)
    file = log_of(path)
    damaged = file.read_bytes().splitlines(keepends=True)
    assert len(damaged) == 6
    damaged[entry] = damaged[entry].replace(b"2", b"3", 1)
    file.write_bytes(b"".join(damaged))
    (finding, *gaps) = verify(path).findings
    assert (finding.table, finding.rows) == ("log", 1)
    assert [(gap.table, gap.rows) for gap in gaps] == ([("log", 1)] if entry < 5 else [])
    report = repair(path)
    assert report.lost == {"log": 1}
    assert (report.aside / "journal" / file.name).read_bytes() == b"".join(damaged)
    assert state(path) == before
    assert verify(path).is_whole
    with Collection.open(path).writer() as writer:
        assert writer.rebuild_marks() == 0
        writer.mark([IDS[0]], note="on")
        assert writer.undo() is not None
    assert state(path) == before


def test_marks_and_decisions_that_are_lost_with_their_tables_come_back_from_the_log(path):
    before = state(path)
    for name in ("marks", "decisions"):
        shutil.rmtree(path / "lance" / f"{name}.lance")
    report = repair(path)
    assert state(path) == before
    assert f"{len(before[0]) + len(before[1])} marks and decisions" in " ".join(report.done)
    assert verify(path).is_whole


def test_a_lost_log_is_begun_anew_from_the_tables(path):
    before = state(path)
    shutil.rmtree(path / "log" / "journal")
    repair(path)
    assert state(path) == before
    shutil.rmtree(path / "lance" / "marks.lance")
    repair(path)
    assert state(path) == before


def test_a_table_that_came_back_in_an_older_version_is_brought_up_to_the_log(path):
    older = shutil.copytree(path / "lance" / "marks.lance", path.parent / "marks.lance")
    with Collection.open(path).writer() as writer:
        writer.mark(IDS[:4], add={"new"})
    before = state(path)
    shutil.rmtree(path / "lance" / "marks.lance")
    shutil.move(older, path / "lance" / "marks.lance")
    repair(path)
    assert state(path) == before


def test_the_log_is_read_by_any_program(path):
    read = [json.loads(line) for line in log_of(path).read_text().splitlines()]
    assert [one["kind"] for one in read] == ["mark", "mark", "decide", "decide", "mark", "undo"]
    assert read[0]["marks"][0]["stars"] == [0, 4]
    words = [operation.words() for operation in Collection.open(path).operations()]
    assert words == [
        "undo: 1 star (1 item)",
        "1 star (1 item)",
        "different (2 pairs)",
        "duplicate (1 pair)",
        "+é 'quoted' (2 items)",
        "+seen, pick, 4 stars, note (6 items)",
    ]
