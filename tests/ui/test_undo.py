"""Undo and redo of all that a user does: a random walk there and back, over real workers."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from embedcurate_ui.export.selections import Selections, keep, keep_filter
from embedcurate_ui.session import Session
from pytestqt.qtbot import QtBot

from embedcurate.collection import Collection

pytestmark = pytest.mark.gui

WAIT_MS = 120_000


class Walk:
    """Does something at random, as the views do it, and waits until it is stored."""

    def __init__(self, session: Session, qtbot: QtBot) -> None:
        assert session.collection is not None
        self.session, self.qtbot = session, qtbot
        self.stored = Collection.open(session.collection)
        self.selections = Selections(session)
        self.chance = random.Random(0)
        self.number = 0
        self.said: list[tuple[str, str]] = []
        session.said.connect(lambda *said: self.said.append(said))
        self.settled(lambda: session.ask("clusters", {"min_cluster_size": 3}, lambda _: None))
        self.rows = session.rows.tolist()

    def settled(self, step: Callable[[], object]) -> None:
        step()
        worker = self.session._workers["items"]
        self.qtbot.waitUntil(lambda: not worker.is_busy, timeout=WAIT_MS)

    def some(self) -> list[int]:
        return self.chance.sample(self.rows, self.chance.randint(1, 5))

    def pick(self) -> None:
        self.session.mark(self.some(), pick=self.chance.choice(["pick", "reject", ""]))

    def rate(self) -> None:
        self.session.mark(self.some(), stars=self.chance.randint(0, 5))

    def tag(self) -> None:
        one, other = self.chance.sample("abcd", 2)
        self.session.mark(self.some(), add=[one], remove=[other])

    def note(self) -> None:
        self.session.mark(self.some(), note=self.chance.choice(["", f"note {self.number}"]))

    def decide(self) -> None:
        keep_, *others = self.session.items.ids_of(self.chance.sample(self.rows, 3))
        kind = self.chance.choice(["duplicate", "different", "alternate", None])
        stays = keep_ if kind == "duplicate" else None
        rejected = self.some() if kind == "duplicate" else ()
        pairs = [(keep_, other) for other in others]
        self.session.decide(pairs, kind, stays, reject=rejected)

    def save(self) -> None:
        name = self.chance.choice(["one", "two", f"list {self.number}"])
        keep(self.session, name, self.session.items.ids_of(self.some()))

    def save_filter(self) -> None:
        keep_filter(self.session, f"filter {self.number}", "modality:image")

    def rename(self) -> None:
        self.selections.rename(self.chance.choice(self.names()), f"renamed {self.number}")

    def combine(self) -> None:
        both, how = self.chance.choices(self.names(), k=2), self.chance.choice(["and", "or"])
        self.selections.combine(both, how, f"both {self.number}")

    def subtract(self) -> None:
        self.selections.combine(self.chance.choices(self.names(), k=2), "minus", "the rest")

    def delete(self) -> None:
        self.selections.delete(self.chance.choice(self.names()))

    def rename_cluster(self) -> None:
        [label] = self.labels(1)
        self._edit({"edit": "rename", "label": label, "name": f"cluster {self.number}"})

    def merge_clusters(self) -> None:
        self._edit({"edit": "merge", "labels": self.labels(2)})

    def split_cluster(self) -> None:
        [label] = self.labels(1)
        self._edit({"edit": "split", "label": label, "parts": 2})

    def _edit(self, edit: dict[str, Any]) -> None:
        self.session.ask("clusters", {"edit": edit}, lambda _: self.session.reread_marks())

    def names(self) -> list[str]:
        if not self.selections.names():
            self.settled(self.save)
        return self.selections.names()

    def labels(self, count: int) -> list[int]:
        """Return the labels of the largest clusters, in any order."""
        run = self.stored.results.latest("clusters")
        assert run is not None
        table = self.stored.results.table(run, "clusters")
        return self.chance.sample(table["label"].to_pylist()[: count + 1], count)

    def step(self, step: Callable[[], None]) -> None:
        self.number += 1
        self.settled(step)

    def state(self) -> tuple[object, ...]:
        items, selections = self.session.items, self.stored.selections
        run = self.stored.results.latest("clusters")
        assert run is not None
        return (
            items.pick.tolist(), items.stars.tolist(), dict(items.tags), dict(items.notes),
            dict(self.stored.decisions()),
            {name: selections.get(name) for name in selections.names()},
            [(one["name"], one["count"]) for one in self.session.about["selections"]],
            [self.stored.results.table(run, part).to_pylist() for part in ("clusters", "items")],
        )  # fmt: skip


def every(walk: Walk) -> Sequence[Callable[[], None]]:
    return (
        walk.pick, walk.rate, walk.tag, walk.note, walk.decide, walk.save, walk.save_filter,
        walk.rename, walk.combine, walk.subtract, walk.delete, walk.rename_cluster,
        walk.merge_clusters, walk.split_cluster,
    )  # fmt: skip


@pytest.mark.model
@pytest.mark.parametrize("steps", [25, pytest.param(300, marks=pytest.mark.slow)])
def test_undoing_a_random_walk_gives_the_first_state_and_redoing_the_last(
    session: Session, qtbot: QtBot, steps: int
) -> None:
    walk = Walk(session, qtbot)
    first = walk.state()
    kinds = every(walk)
    order = [*kinds, *walk.chance.choices(kinds, k=steps - len(kinds))]
    walk.chance.shuffle(order)
    for step in order:
        walk.step(step)
    last = walk.state()
    assert last != first
    assert walk.said == []

    turns = 0
    while words := session.about["undo"]["undo"]:
        walk.settled(session.undo)
        assert walk.said.pop() == ("done", f"Undone: {words}.")
        turns += 1
    assert turns >= len(kinds)
    assert walk.state() == first
    for _ in range(turns):
        walk.settled(session.redo)
    assert walk.state() == last
    walk.settled(session.redo)
    assert walk.said.pop() == ("done", "There is nothing left to undo or redo.")
