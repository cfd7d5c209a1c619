"""What can be exported, and how: choices as the arguments of the worker's verbs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..items import MODALITIES, PICKS, Items, Rows
from ..search.model import is_filter
from ..session import Document, Session

__all__ = [
    "FORMATS",
    "Format",
    "Plan",
    "Source",
    "preview_of",
    "read_shares",
    "sources",
    "suffixed",
]

_MOST_IDS = 50_000
"""More rows than that are named by their filter where there is one: a list of them is megabytes."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of list or folder that can be written.

    `suffix` is that of a list, "" for a folder; `takes` are the modalities that it holds. `summary`
    is what a plugin says of its own; those of the program are worded in `wording`.
    """

    name: str
    suffix: str
    icon: str
    takes: frozenset[str] = frozenset(MODALITIES)
    summary: str = ""

    @classmethod
    def of_plugin(cls, told: Document) -> "Format":
        """Return what the verb `formats` told of one."""
        icon, takes = "puzzle-outline", frozenset(told["takes"])
        return cls(told["name"], told["suffix"], icon, takes, told["summary"])

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return not self.suffix


FORMATS = {
    one.name: one
    for one in (
        Format("csv", ".csv", "file-delimited-outline"),
        Format("jsonl", ".jsonl", "code-json"),
        Format("parquet", ".parquet", "table"),
        Format("txt", ".txt", "text-box-outline"),
        Format("imagefolder", "", "folder-image", frozenset({"image"})),
        Format("audiofolder", "", "folder-music-outline", frozenset({"audio"})),
        Format("webdataset", "", "package-variant-closed"),
        Format("coco", "", "vector-square", frozenset({"image"})),
        Format("labelstudio", "", "label-outline"),
        Format("copy", "", "content-copy"),
        Format("symlink", "", "link-variant"),
    )
}


@dataclass(frozen=True)
class Source:
    """Items that can be exported, `count` of them.

    `kind` is ``pick``, ``shown``, ``selected``, ``all`` or ``selection``, the last with its `name`;
    `told` gives the arguments of the verb `export`, once they are needed: they may be many ids.
    """

    kind: str
    count: int
    told: Callable[[], Mapping[str, Any]]
    name: str = ""

    @cached_property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments of the verb `export`."""
        return self.told()


def sources(session: Session) -> list[Source]:
    """Return what there is to export, the likeliest first; what is empty is left out."""
    items, rows = session.items, session.rows
    picked = int(np.count_nonzero(items.pick == PICKS.index("pick")))
    selected = session.selection if len(session.selection) > 1 else session.selection[:0]
    by_filter = len(rows) > _MOST_IDS and shows_filter(session)
    query = session.query
    found = [
        Source("pick", picked, lambda: {"where": "is:pick"}),
        Source("selected", len(selected), lambda: {"ids": items.ids[selected]}),
        Source(
            "shown",
            len(rows),
            lambda: {"where": query} if by_filter else {"ids": items.ids[rows]},
        ),
        *(
            Source("selection", one["count"], partial(dict, selection=one["name"]), one["name"])
            for one in session.about.get("selections", ())
        ),
        Source("all", len(items) if len(rows) < len(items) else 0, dict),
    ]
    return [one for one in found if one.count]


def shows_filter(session: Session) -> bool:
    """Tell whether what is shown is all that the query's filters leave."""
    return not session.title and is_filter(session.query)


def first_rows(session: Session, source: Source, most: int, then: Callable[[Rows], None]) -> None:
    """Hand the first rows of a source to `then`, in the order in which they are exported."""

    def selected(found: Document) -> None:
        rows = session.items.rows_of(found["ids"][:most])
        then(rows[rows >= 0])

    def filtered(found: Document) -> None:
        then(np.load(found["rows"], mmap_mode="r")[:most].copy())

    match source.kind:
        case "selected":
            then(session.selection[:most])
        case "shown":
            then(session.rows[:most])
        case "selection":
            session.ask("selection", {"name": source.name}, selected)
        case _:
            where = source.arguments.get("where", "")
            session.ask("narrow", {"where": where, "into": str(session.folder)}, filtered)


@dataclass(slots=True)
class Plan:
    """An export as it is put together."""

    source: Source
    format: str = "csv"
    out: str = ""
    splits: dict[str, float] = field(default_factory=dict)
    split_by: str = "group"
    vectors: tuple[str, ...] = ()
    spreadsheet_safe: bool = False
    overwrite: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the verb `export`."""
        told: dict[str, Any] = {**self.source.arguments, "format": self.format, "out": self.out}
        if self.splits:
            told |= {"splits": self.splits, "split_by": self.split_by}
        if self.vectors and self.format == "parquet":
            told["vectors"] = list(self.vectors)
        if self.spreadsheet_safe and self.format == "csv":
            told["spreadsheet_safe"] = True
        return told | {"overwrite": True} if self.overwrite else told


class ShareError(ValueError):
    """Splits that can't be read."""


def read_shares(text: str) -> dict[str, float]:
    """Return split -> share of a text such as ``train 80, val 10, test 10``.

    Raises `ShareError` with a sentence.
    """
    shares: dict[str, float] = {}
    for part in text.replace("%", "").split(","):
        if not part.strip():
            continue
        name, _, share = part.replace("=", " ").strip().rpartition(" ")
        try:
            number = float(share)
        except ValueError:
            number = -1.0
        if not name.strip() or not 0 < number < float("inf") or name.strip() in shares:
            raise ShareError(
                f"'{part.strip()}' is no split and its share. Write for example: "
                "train 80, val 10, test 10"
            )
        shares[name.strip()] = number
    if len(shares) == 1:
        raise ShareError("One split holds everything: write two or more, or none.")
    whole = sum(shares.values())
    return {name: round(share / whole, 6) for name, share in shares.items()}


def suffixed(path: str, kind: Format, others: Iterable[Format] = ()) -> str:
    """Return a path with the format's own suffix in the place of that of another list.

    `others` are the formats of plugins.
    """
    if not path:
        return path
    known = {one.suffix for one in (*FORMATS.values(), *others) if one.suffix}
    found = Path(path)
    stem = found.with_suffix("") if found.suffix.lower() in known else found
    return f"{stem}{kind.suffix}"


def preview_of(items: Items, rows: Rows) -> list[tuple[str, str, str, str, str]]:
    """Return path, kind, label, split and caption of some rows."""
    taken = pa.array(rows)
    names = ("path", "label", "split", "caption")
    columns = [
        [
            "" if value is None else str(value)
            for value in items.column(name).take(taken).to_pylist()
        ]
        for name in names
    ]
    kinds = [MODALITIES[code] for code in items.modality[rows].tolist()]
    return list(zip(columns[0], kinds, *columns[1:], strict=True))
