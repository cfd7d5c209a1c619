"""`embedcurate decide`."""

import json as json_lines
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting
from embedcurate.errors import QueryError, SourceNotFound, UnreadableSource

__all__ = ["decide"]


def decide(
    collection: CollectionPath,
    first: Annotated[str | None, typer.Argument(metavar="ID", show_default=False)] = None,
    second: Annotated[str | None, typer.Argument(metavar="ID", show_default=False)] = None,
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="KIND",
            help="duplicate, different, or alternate: the same, of which both stay.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        str | None, typer.Option(metavar="ID", help="Which one of duplicates stays.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help='Lines such as {"pair": [ID, ID], "kind": "duplicate", "keep": ID}.',
        ),
    ] = None,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Say of two items that they are duplicates, different or alternates, once and for all."""
    from embedcurate.collection import Collection, DecisionKind

    if (source is None) == (kind is None):
        raise typer.BadParameter("give two ids and what they are, or --from FILE")
    store = Collection.open(collection)
    wanted = _lines(source) if source is not None else [(first, second, kind, keep)]
    decided: dict[DecisionKind, list[tuple[tuple[str, str], str | None]]] = {}
    for one, other, asked, stays in wanted:
        name = next((known for known in get_args(DecisionKind) if known == asked), None)
        if name is None:
            raise QueryError(
                f"A pair can't be '{asked}'. Name one of: {', '.join(get_args(DecisionKind))}."
            )
        pair, kept = (_id(store, one), _id(store, other)), stays and _id(store, stays)
        if kept and kept not in pair:
            raise QueryError(f"'{stays}' can't be kept: it is not one of the pair.")
        decided.setdefault(name, []).append((pair, kept))
    changed = 0
    with reporting(progress) as report, store.writer(doing="embedcurate decide") as writer:
        report(0, len(wanted), "deciding")
        for name, said in decided.items():
            pairs = [pair for pair, _ in said]
            changed += writer.decide(pairs, name, keep=[kept for _, kept in said])
    if json:
        print_document({"decided": changed})
    else:
        print(f"{changed} pairs decided")


def _id(store: Any, prefix: Any) -> str:
    if not isinstance(prefix, str):
        raise QueryError("A decision needs the ids of two items.")
    return str(store.item_like(prefix).id)


def _lines(path: Path) -> list[tuple[Any, Any, Any, Any]]:
    if not path.is_file():
        raise SourceNotFound(path)
    found = []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(path, str(error)) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json_lines.loads(line)
            one, other = row["pair"]
            found.append((one, other, row["kind"], row.get("keep")))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnreadableSource(
                path, f"line {number} is no decision with 'pair' and 'kind'"
            ) from error
    return found
