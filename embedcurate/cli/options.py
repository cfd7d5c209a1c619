"""Arguments and options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from embedcurate.cli import documents
from embedcurate.errors import QueryError
from embedcurate.formats import Format
from embedcurate.items import Modality

__all__ = [
    "CollectionPath",
    "FormatName",
    "Json",
    "ProgressOption",
    "ProgressStyle",
    "Where",
    "modalities_of",
]


class ProgressStyle(StrEnum):
    """How progress is shown on standard error."""

    BAR = "bar"
    JSON = "json"
    NONE = "none"


def _claim_if_asked(json: bool) -> bool:
    if json:
        documents.claim()
    return json


def _known(name: str | None) -> str | None:
    if name is not None and name not in set(Format):
        from embedcurate.plugins import offered

        if name not in (others := offered("embedcurate.exporters")):
            known = ", ".join([*Format, *others])
            raise typer.BadParameter(f"'{name}' is not one of: {known}.")
    return name


CollectionPath: TypeAlias = Annotated[
    Path, typer.Argument(metavar="COLLECTION", help="The collection's folder.", show_default=False)
]
FormatName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        callback=_known,
        help=f"What to write: {', '.join(Format)}, or what a plugin brings."
        "  [default: by the suffix of OUT]",
    ),
]
Json: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--json", help="Print one JSON document on standard output.", callback=_claim_if_asked
    ),
]
ProgressOption: TypeAlias = Annotated[
    ProgressStyle,
    typer.Option("--progress", help="Show progress on standard error as a bar or as JSON lines."),
]
Where: TypeAlias = Annotated[
    str,
    typer.Option(
        "--where",
        metavar="FILTER",
        help="Only items that the filter matches, such as 'modality:image stars:>=3'.",
    ),
]


def modalities_of(names: str) -> frozenset[Modality]:
    """Return the modalities in a list such as ``image,audio``."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in set(Modality)]
    if unknown or not wanted:
        raise QueryError(
            f"There is no modality '{', '.join(unknown)}'. Name one or more of: "
            f"{', '.join(Modality)}."
        )
    return frozenset(map(Modality, wanted))
