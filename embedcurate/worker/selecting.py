"""The verbs of named selections."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from embedcurate.errors import QueryError
from embedcurate.progress import Progress
from embedcurate.worker.state import PATIENCE_S, Arguments, Document, Worker

__all__ = ["selection", "selections"]

Ids: TypeAlias = Sequence[str]


def selection(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Return a selection: its ids in their order, its story and when it was made."""
    one = worker.collection(arguments).selections.get(arguments["name"])
    return {"name": one.name, "ids": list(one.ids), "story": one.story, "created": one.created}


def selections(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Change the selections as `do` says, and list them all.

    ``list``; ``save`` `ids` as `name`, with a `story` if there is one; ``delete`` `name`;
    ``rename`` `name` to `new`; ``combine`` `names` by `how` (``and``, ``or``, ``minus``) as `name`.
    """
    doing = arguments.get("do", "list")
    if doing not in _DOING:
        raise QueryError(f"Selections know no '{doing}'. There are: {', '.join(_DOING)}.")
    _DOING[doing](worker.collection(arguments), arguments)
    return {"selections": worker.browser(Path(arguments["collection"])).selections()}


def _save(collection: Any, arguments: Arguments) -> None:
    _keep(collection, arguments["name"], arguments.ids() or [], arguments.get("story"))


def _delete(collection: Any, arguments: Arguments) -> None:
    with collection.writer(doing="deleting a selection", wait_s=PATIENCE_S) as writer:
        writer.delete_selection(arguments["name"])


def _rename(collection: Any, arguments: Arguments) -> None:
    with collection.writer(doing="renaming a selection", wait_s=PATIENCE_S) as writer:
        writer.rename_selection(arguments["name"], arguments["new"])


def _combine(collection: Any, arguments: Arguments) -> None:
    how = arguments["how"]
    if how not in _HOW:
        raise QueryError(f"Selections are combined by {', '.join(_HOW)}, not by '{how}'.")
    lists = arguments.read("names", lambda names: [collection.selections.get(n).ids for n in names])
    if not lists:
        raise QueryError("Name the selections to combine.")
    first, *others = lists
    name = arguments["name"]
    of = f" {how} ".join(f"'{one}'" for one in arguments["names"])
    _keep(collection, name, _HOW[how](first, others), said=f"selection '{name}' made of {of}")


def _keep(
    collection: Any, name: str, ids: Sequence[str], story: str | None = None, *, said: str = ""
) -> None:
    """Save a selection; without a story of its own, that of a choice by hand."""
    from embedcurate.filters import Is, Not
    from embedcurate.recipes import choose, saved

    if story is None:
        saved(collection, name, choose(collection, where=Not(Is("ok")), add=ids), said=said)
        return
    with collection.writer(doing="saving a selection", wait_s=PATIENCE_S) as writer:
        writer.save_selection(name, ids, story)


def _all_of(first: Ids, others: Sequence[Ids]) -> list[str]:
    common = set(first).intersection(*others)
    return [id_ for id_ in first if id_ in common]


def _any_of(first: Ids, others: Sequence[Ids]) -> list[str]:
    return list(dict.fromkeys(id_ for ids in (first, *others) for id_ in ids))


def _without(first: Ids, others: Sequence[Ids]) -> list[str]:
    excluded = set().union(*others)
    return [id_ for id_ in first if id_ not in excluded]


_HOW: Mapping[str, Callable[[Ids, Sequence[Ids]], list[str]]] = {
    "and": _all_of,
    "or": _any_of,
    "minus": _without,
}
_DOING: Mapping[str, Callable[[Any, Arguments], None]] = {
    "list": lambda collection, arguments: None,
    "save": _save,
    "delete": _delete,
    "rename": _rename,
    "combine": _combine,
}
