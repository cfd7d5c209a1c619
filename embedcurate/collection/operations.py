"""What the user changed, in a form that can be written down, applied again and turned around.

A change names its items by id and content together: the pair is followed through renames. It says
what was before and what is now, and of tags which were added and which taken away, so that
changes made on two machines merge mark by mark.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, TypeAlias

from embedcurate.collection.records import Marks

__all__ = [
    "OPERATION_KINDS",
    "Decision",
    "DecisionChange",
    "DecisionKind",
    "Key",
    "Mark",
    "MarkChange",
    "Move",
    "Operation",
    "Pair",
    "RunChange",
    "SelectionChange",
    "grouped",
]

DecisionKind: TypeAlias = Literal["duplicate", "different", "alternate"]
Pair: TypeAlias = tuple[str, str]
"""The content hashes of two items, the lesser one first."""
Key: TypeAlias = tuple[str, str | None]
"""An item's id, and its content hash at the time."""
Move: TypeAlias = tuple[Key, Key]
Mark: TypeAlias = tuple[str, str]
"""A single mark: ("pick", ""), ("stars", ""), ("note", "") or ("tag", its name)."""

OPERATION_KINDS = ("mark", "decide", "edit", "undo", "redo", "import", "move", "repair")
_SCALARS = ("pick", "stars", "note")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the user says of two items; `keep` is the content hash of the one that stays."""

    kind: DecisionKind
    keep: str | None = None


@dataclass(frozen=True, slots=True)
class MarkChange:
    """One change to the marks of several items; of `pick`, `stars`, `note`: (before, after)."""

    items: tuple[Key, ...] = ()
    pick: tuple[str, str] | None = None
    stars: tuple[int, int] | None = None
    note: tuple[str, str] | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @classmethod
    def between(cls, old: Marks, new: Marks) -> "MarkChange":
        """Return what makes `new` of `old`, for no items yet."""
        return cls(
            pick=None if old.pick == new.pick else (old.pick, new.pick),
            stars=None if old.stars == new.stars else (old.stars, new.stars),
            note=None if old.note == new.note else (old.note, new.note),
            add=tuple(sorted(new.tags - old.tags)),
            remove=tuple(sorted(old.tags - new.tags)),
        )

    @classmethod
    def from_entry(cls, document: Mapping[str, Any]) -> "MarkChange":
        """Return the change that `as_entry` described."""
        pairs = {name: tuple(document[name]) for name in _SCALARS if name in document}
        if any(len(pair) != 2 for pair in pairs.values()):
            raise ValueError("a mark is not given before and after")
        return cls(
            items=tuple(zip(document["ids"], document["contents"], strict=True)),
            add=tuple(document.get("add", ())),
            remove=tuple(document.get("remove", ())),
            **pairs,
        )

    def as_entry(self) -> dict[str, Any]:
        """Return the change as it stands in the log."""
        said = {name: getattr(self, name) for name in (*_SCALARS, "add", "remove")}
        return {
            "ids": [id_ for id_, _ in self.items],
            "contents": [content for _, content in self.items],
            **{name: value for name, value in said.items() if value},
        }

    def apply(self, marks: Marks) -> Marks:
        """Return `marks` with the change made; made twice it is as made once."""
        now = {name: getattr(self, name)[1] for name in _SCALARS if getattr(self, name) is not None}
        return replace(marks, tags=(marks.tags | set(self.add)) - set(self.remove), **now)

    def inverse(self) -> "MarkChange":
        """Return the change that takes this one back."""
        turned = {
            name: getattr(self, name)[::-1] for name in _SCALARS if getattr(self, name) is not None
        }
        return replace(self, add=self.remove, remove=self.add, **turned)

    def says(self) -> Iterator[tuple[Mark, Any]]:
        """Yield each single mark that the change sets, and to what."""
        for name in _SCALARS:
            pair = getattr(self, name)
            if pair is not None:
                yield (name, ""), pair[1]
        yield from ((("tag", tag), True) for tag in self.add)
        yield from ((("tag", tag), False) for tag in self.remove)

    def words(self) -> Iterator[str]:
        """Yield what the change says of its items."""
        yield from (f"+{tag}" for tag in self.add)
        yield from (f"-{tag}" for tag in self.remove)
        if self.pick is not None:
            yield self.pick[1] or "unflag"
        if self.stars is not None:
            yield _counted(self.stars[1], "star")
        if self.note is not None:
            yield "note" if self.note[1] else "no note"


@dataclass(frozen=True, slots=True)
class DecisionChange:
    """One change to the decisions about several pairs; None is no decision."""

    pairs: tuple[Pair, ...]
    was: Decision | None
    now: Decision | None

    @classmethod
    def from_entry(cls, document: Mapping[str, Any]) -> "DecisionChange":
        """Return the change that `as_entry` described."""
        pairs = tuple((str(first), str(second)) for first, second in document["pairs"])
        return cls(pairs, _decision(document["was"]), _decision(document["now"]))

    def as_entry(self) -> dict[str, Any]:
        """Return the change as it stands in the log."""
        return {
            "pairs": self.pairs,
            "was": self.was and {"kind": self.was.kind, "keep": self.was.keep},
            "now": self.now and {"kind": self.now.kind, "keep": self.now.keep},
        }

    def inverse(self) -> "DecisionChange":
        """Return the change that takes this one back."""
        return DecisionChange(self.pairs, self.now, self.was)

    def words(self) -> Iterator[str]:
        """Yield what the change says of its pairs."""
        yield self.now.kind if self.now else "undecided"


@dataclass(frozen=True, slots=True)
class RunChange:
    """One change by hand to what an analysis found: run `now` stands for run `was`.

    `said` tells in a few words what was changed.
    """

    verb: str
    was: str
    now: str
    said: str

    @classmethod
    def from_entry(cls, document: Mapping[str, Any]) -> "RunChange":
        """Return the change that `as_entry` described."""
        return cls(*(str(document[one.name]) for one in fields(cls)))

    def as_entry(self) -> dict[str, Any]:
        """Return the change as it stands in the log."""
        return asdict(self)

    def inverse(self) -> "RunChange":
        """Return the change that takes this one back."""
        return replace(self, was=self.now, now=self.was)

    def words(self) -> Iterator[str]:
        """Yield what was changed."""
        yield self.said


@dataclass(frozen=True, slots=True)
class SelectionChange:
    """One change to the file of a selection: the version `now` stands for `was`; None is no file.

    The log keeps the versions by their digests: see `selections`. `said` tells in a few words
    what was changed.
    """

    name: str
    was: str | None
    now: str | None
    said: str

    @classmethod
    def from_entry(cls, document: Mapping[str, Any]) -> "SelectionChange":
        """Return the change that `as_entry` described."""
        was, now = (one and str(one) for one in (document["was"], document["now"]))
        return cls(str(document["name"]), was, now, str(document["said"]))

    def as_entry(self) -> dict[str, Any]:
        """Return the change as it stands in the log."""
        return asdict(self)

    def inverse(self) -> "SelectionChange":
        """Return the change that takes this one back."""
        return replace(self, was=self.now, now=self.was)

    def words(self) -> Iterator[str]:
        """Yield what was changed."""
        yield self.said


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the log.

    `id` is unique over all machines, `time` an ISO 8601 time in UTC, later than that of every
    entry before. `undo` and `redo` name, by `seq`, the entries that undoing and redoing would take
    back after this one; `below` is what `undo` (of an undo: `redo`) was before it. `moved` is the
    last entry before this one that has `moves`. Those take place before the changes.

    An import has `heard`, the entries of other machines as they came, and as its changes what
    they made of this collection. A repair names in `lost` the first and the last of each row of
    entries that could not be read any more.
    """

    seq: int
    id: str
    time: str
    machine: str
    kind: str
    undo: int | None = None
    redo: int | None = None
    below: int | None = None
    moved: int | None = None
    marks: tuple[MarkChange, ...] = ()
    decisions: tuple[DecisionChange, ...] = ()
    runs: tuple[RunChange, ...] = ()
    selections: tuple[SelectionChange, ...] = ()
    moves: tuple[Move, ...] = ()
    heard: tuple["Operation", ...] = ()
    lost: tuple[tuple[int, int], ...] = ()

    @property
    def stamp(self) -> tuple[str, str, str]:
        """What decides between two machines that said different things: the greater one holds."""
        return (self.time, self.machine, self.id)

    @property
    def items(self) -> int:
        """How many items' marks it changes."""
        return sum(len(change.items) for change in self.marks)

    @property
    def pairs(self) -> int:
        """How many decisions it changes."""
        return sum(len(change.pairs) for change in self.decisions)

    @classmethod
    def from_entry(cls, document: Mapping[str, Any]) -> "Operation":
        """Return the entry that `as_entry` described.

        Raises `KeyError`, `TypeError` or `ValueError` for what is none.
        """
        known = {one.name: document[one.name] for one in fields(cls) if one.name in document}
        if known["kind"] not in OPERATION_KINDS:
            raise ValueError(f"there is no kind '{known['kind']}'")
        known |= {
            "marks": tuple(map(MarkChange.from_entry, document.get("marks", ()))),
            "decisions": tuple(map(DecisionChange.from_entry, document.get("decisions", ()))),
            "runs": tuple(map(RunChange.from_entry, document.get("runs", ()))),
            "selections": tuple(map(SelectionChange.from_entry, document.get("selections", ()))),
            "moves": tuple(((a, b), (c, d)) for a, b, c, d in document.get("moves", ())),
            "heard": tuple(map(cls.from_entry, document.get("heard", ()))),
            "lost": tuple((first, last) for first, last in document.get("lost", ())),
        }
        return cls(**known)

    def as_entry(self) -> dict[str, Any]:
        """Return the entry as it stands in the log, without what is empty."""
        document = {one.name: getattr(self, one.name) for one in fields(self)} | {
            "marks": [change.as_entry() for change in self.marks],
            "decisions": [change.as_entry() for change in self.decisions],
            "runs": [change.as_entry() for change in self.runs],
            "selections": [change.as_entry() for change in self.selections],
            "moves": [(*source, *target) for source, target in self.moves],
            "heard": [operation.as_entry() for operation in self.heard],
            "lost": list(self.lost),
        }
        return {name: value for name, value in document.items() if value not in (None, [])}

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate log --json` says of it."""
        return {
            "seq": self.seq,
            "time": self.time,
            "kind": self.kind,
            "items": self.items,
            "pairs": self.pairs,
            "words": self.words(),
        }

    def words(self) -> str:
        """Return in a few words what it did."""
        if self.kind == "move":
            return f"{_counted(len(self.moves), 'marked item')} renamed"
        if self.kind == "repair":
            return "log repaired"
        changes: list[MarkChange | DecisionChange | RunChange | SelectionChange] = [
            *self.marks,
            *self.decisions,
            *self.runs,
            *self.selections,
        ]
        if self.kind == "undo":
            changes = [change.inverse() for change in changes]
        said = list(dict.fromkeys(word for change in changes for word in change.words()))
        if len(said) > _WORDS_SHOWN:
            said[_WORDS_SHOWN:] = ["..."]
        sizes = ((self.items, "item"), (self.pairs, "pair"))
        counts = ", ".join(_counted(count, noun) for count, noun in sizes if count)
        words = ", ".join(said) + (f" ({counts})" if counts else "") or _NOTHING
        return words if self.kind in ("mark", "decide", "edit") else f"{self.kind}: {words}"


_NOTHING = "nothing, as what it changed is not there any more"
_WORDS_SHOWN = 6


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _decision(document: Mapping[str, Any] | None) -> Decision | None:
    return None if document is None else Decision(document["kind"], document["keep"])


def grouped(changes: Iterable[tuple[Key, MarkChange]]) -> tuple[MarkChange, ...]:
    """Return one change for all items of which the same is said."""
    groups: dict[MarkChange, list[Key]] = {}
    for key, change in changes:
        groups.setdefault(change, []).append(key)
    return tuple(replace(change, items=tuple(keys)) for change, keys in groups.items())
