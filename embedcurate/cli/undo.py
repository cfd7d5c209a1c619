"""`embedcurate undo` and `embedcurate redo`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedcurate.cli.options import CollectionPath, Json
from embedcurate.cli.output import print_document

if TYPE_CHECKING:
    from embedcurate.collection import Operation, Writer

__all__ = ["redo", "undo"]


def undo(
    collection: CollectionPath,
    steps: Annotated[int, typer.Option(min=1, help="How many changes to take back.")] = 1,
    json: Json = False,
) -> None:
    """Take back the last change of marks, decisions, selections or clusters."""
    from embedcurate.collection import Writer

    _turn(collection, "undo", Writer.undo, steps, json=json)


def redo(
    collection: CollectionPath,
    steps: Annotated[int, typer.Option(min=1, help="How many changes to make again.")] = 1,
    json: Json = False,
) -> None:
    """Make again what was taken back last, unless something was changed since."""
    from embedcurate.collection import Writer

    _turn(collection, "redo", Writer.redo, steps, json=json)


def _turn(
    path: Path, verb: str, once: "Callable[[Writer], Operation | None]", steps: int, *, json: bool
) -> None:
    from embedcurate.collection import Collection

    done: list[Operation] = []
    with Collection.open(path).writer(doing=f"embedcurate {verb}") as writer:
        while len(done) < steps and (operation := once(writer)):
            done.append(operation)
    if json:
        print_document({"entries": [operation.as_document() for operation in done]})
        return
    for operation in done:
        print(operation.words())
    if len(done) < steps:
        print(f"nothing {'more ' if done else ''}to {verb}")
