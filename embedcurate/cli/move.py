"""`embedcurate move`."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, say

if TYPE_CHECKING:
    from embedcurate.bridging import Move

__all__ = ["move"]


def move(
    collection: CollectionPath,
    target: Annotated[Path, typer.Argument(help="A new folder for the moved collection.")],
    space: Annotated[str, typer.Option(help="The space to move to; see 'spaces'.")],
    anchors: Annotated[
        int, typer.Option(min=100, help="How many items to encode at once, to learn the map from.")
    ] = 2_000,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Make it without asking; send items to a service."),
    ] = False,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Move a collection to another space: its vectors are mapped, and encoded again later.

    Some items are encoded in the new space; the others' vectors are mapped as those teach. What
    that keeps of the neighbours is shown before anything is made. The collection stays as it is;
    marks, decisions and selections are in both.
    """
    from embedcurate.bridging import plan_move
    from embedcurate.collection import Collection
    from embedcurate.spaces.registry import load
    from embedcurate.spaces.sending import agreed

    store = Collection.open(collection)
    with reporting(progress) as report, agreed() if yes else nullcontext():
        plan = plan_move(store, load(space, report), anchors=anchors, progress=report)
    if not json:
        _print(plan)
    accepted = yes or (
        sys.stdin.isatty() and not json and typer.confirm("Make it?", default=False, err=True)
    )
    if accepted:
        with reporting(progress) as report:
            made = plan.make(target, progress=report)
        say(f"It is in {target}.")
        if plan.mapped:
            sources = [str(path) for origin in made.origins.all() for path in origin.sources]
            named = " ".join(sources) or "SOURCE..."
            say(f"To encode what was mapped: embedcurate index {target} {named}")
    elif not yes:
        say("Nothing was made. To make it: --yes")
    if json:
        print_document({**plan.as_document(), "made": accepted})


def _print(plan: "Move") -> None:
    mapped = ", ".join(f"{count:,} {kind}" for kind, count in plan.mapped.items()) or "none"
    if plan.encoded:
        print(f"{len(plan.encoded):,} items are encoded in '{plan.space.name}'; "
              f"to be mapped: {mapped}")  # fmt: skip
    if plan.kept:
        print("kept:             similar items  items by text  blind choice  anchors")
    for one in plan.kept:
        by_text = "" if one.by_text is None else f"{one.by_text:.3f}"
        print(f"{f'{one.modality} {one.channel}':<16}  {one.similar:13.3f}  {by_text:>13}  "
              f"{one.chance:12.3f}  {one.anchors:7,}")  # fmt: skip
    if plan.kept:
        print("(recall@10; of a map, of items that it had not seen, against the new encoders)")
