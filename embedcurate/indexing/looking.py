"""A quick look at sources before anything is indexed: what is there, and what is said of it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from embedcurate.errors import MediaError, UnreadableSource
from embedcurate.indexing.describing import captioned
from embedcurate.items import Found, Modality
from embedcurate.progress import Progress, ignore
from embedcurate.sources import Annotations, Scan, find
from embedcurate.tables import TABLE_SUFFIXES

__all__ = ["Look", "Offer", "look"]

_MOST_TABLES = 8
_LARGEST_TABLE = 32 << 20  # bytes
_SHOWN = 8
_MOST_LABELS = 1000
_NO_LABELS = {
    "audio", "clips", "data", "dataset", "documents", "files", "image", "images", "img", "media",
    "photos", "pictures", "sounds", "texts", "train", "training", "val", "valid", "validation",
    "dev", "test", "testing", "wavs",
}  # fmt: skip
"""Names of folders that say what kind of file is in them, or how it is to be used."""

_NUMBERED = re.compile(r"\d{3}")
"""Folders named by dates or counters are no classes."""

Kind = Literal["captions", "labels", "splits"]


@dataclass(frozen=True, slots=True)
class Offer:
    """Captions, labels or splits that could be taken along.

    `source` is ``sidecar``, ``folder`` or the path of a table, as `Annotations` takes it. `count`
    of the files looked at get one; `values` are the commonest (of captions: the first) with how
    often each is given, `distinct` is how many there are.
    """

    source: str
    count: int
    distinct: int
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a quick look found.

    `items` counts the files by modality, `passed` those of no known kind by suffix, `unreadable`
    what the file system would not show. With `more`, there are more files than were looked at.
    The offers come best first; only what seems meant is offered.
    """

    items: Mapping[Modality, int]
    more: bool
    passed: Mapping[str, int]
    unreadable: int
    captions: tuple[Offer, ...]
    labels: tuple[Offer, ...]
    splits: tuple[Offer, ...]

    def as_document(self) -> dict[str, Any]:
        """Return what the worker's verb `look` answers."""
        return asdict(self)


def look(sources: Sequence[Path], *, limit: int = 10_000, progress: Progress = ignore) -> Look:
    """Count what is in `sources`, and find captions, labels and splits for it.

    Looks at the first `limit` files, and opens none but tables of at most 32 MiB that lie in a
    source, in a folder right below it, or beside it.

    Raises
    ------
    SourceNotFound, UnreadableSource
        If a source does not exist or can't be read.
    Cancelled
        If `progress` raised it.
    """
    scan = Scan()
    plain = list(islice(find(sources, scan), limit + 1))
    progress(len(plain), None, "looking at names of files")
    more, plain = len(plain) > limit, plain[:limit]
    found: dict[Kind, list[Offer]] = {"captions": [], "labels": [], "splits": []}
    for kind, source in _candidates(sources):
        progress(len(plain), None, f"looking for {kind}")
        try:
            told = islice(find(sources, Scan(), annotations=Annotations(**{kind: source})), limit)
            offer = _offer(kind, source, list(told))
        except UnreadableSource:  # a table of something else
            continue
        if offer is not None and _is_meant(kind, offer, plain):
            found[kind].append(offer)
    for offers in found.values():
        offers.sort(key=lambda offer: offer.count, reverse=True)
    return Look(
        items={kind: sum(one.modality is kind for one in plain) for kind in Modality},
        more=more,
        passed=dict(scan.passed),
        unreadable=len(scan.unreadable),
        captions=tuple(found["captions"]),
        labels=tuple(found["labels"]),
        splits=tuple(found["splits"]),
    )


def _candidates(sources: Sequence[Path]) -> Iterator[tuple[Kind, str]]:
    """Yield what could give captions, labels or splits; names before tables."""
    yield "captions", "sidecar"
    yield "labels", "folder"
    yield "splits", "folder"
    for table in islice(_tables(sources), _MOST_TABLES):
        yield from (("captions", str(table)), ("labels", str(table)), ("splits", str(table)))


def _tables(sources: Sequence[Path]) -> Iterator[Path]:
    """Yield the tables in folders, right below and beside them, each once."""
    seen: set[Path] = set()
    for source in sources:
        if not source.is_dir():
            continue
        below = [path for path in _listed(source) if path.is_dir()]
        for folder in (source, *below, source.parent):
            for path in _listed(folder):
                if path.suffix.lower() in TABLE_SUFFIXES and path not in seen and path.is_file():
                    seen.add(path)
                    if path.stat().st_size <= _LARGEST_TABLE:
                        yield path


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:  # indexing will tell
        return []


def _offer(kind: Kind, source: str, told: Sequence[Found]) -> Offer | None:
    if kind == "captions" and source == "sidecar":
        beside = [one for one in told if one.sidecar is not None]
        words = [caption for one in beside[:_SHOWN] if (caption := _caption(one))]
        shown = tuple((caption, 1) for caption in words)
        return Offer(source, len(beside), len(beside), shown) if beside else None
    names = {"captions": "caption", "labels": "label", "splits": "split"}
    counted = Counter(value for one in told if (value := getattr(one, names[kind])) is not None)
    if not counted:
        return None
    shown = tuple(counted.items() if kind == "captions" else counted.most_common())[:_SHOWN]
    return Offer(source, counted.total(), len(counted), shown)


def _caption(found: Found) -> str | None:
    try:
        return captioned(found).caption
    except MediaError:  # indexing will tell
        return None


def _is_meant(kind: Kind, offer: Offer, plain: Sequence[Found]) -> bool:
    """Tell whether names that could be captions, labels or splits were meant to be."""
    if kind == "captions" and offer.source == "sidecar":
        texts = sum(one.path.suffix.lower() == ".txt" for one in plain)
        return offer.count * 2 >= texts
    if kind == "labels" and offer.source == "folder":
        names = [one.path.parent.name for one in plain]
        telling = [name for name in names if name.lower() not in _NO_LABELS]
        distinct = len(set(telling))
        return (
            2 <= distinct <= min(_MOST_LABELS, len(plain) // 2)
            and len(telling) * 10 >= len(plain) * 9
            and sum(not _NUMBERED.search(name) for name in telling) * 2 >= len(telling)
        )
    if kind == "splits" and offer.source == "folder":
        return offer.distinct >= 2 and offer.count * 2 >= len(plain)
    return True
