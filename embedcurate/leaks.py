"""What stands in one split and again in another: in media of one kind, and in captions and texts.

Splits are those that the items have been indexed with. A model that is tested on what it was
trained on looks better than it is; in practice whole data sets were found to leak (Heller et al.
2023, arXiv 2302.12258, for sounds).
"""

import os
import time
from collections.abc import Callable, Sequence
from collections.abc import Collection as Several
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.collection.catalogue import Catalogue
from embedcurate.duplicates.copies import Links, links
from embedcurate.duplicates.decided import decided
from embedcurate.duplicates.finding import ids_at
from embedcurate.duplicates.levels import Level, threshold_of
from embedcurate.duplicates.pairs import candidates
from embedcurate.duplicates.prints import prints_of
from embedcurate.duplicates.sameness import classes_of
from embedcurate.errors import QueryError
from embedcurate.fingerprints import text
from embedcurate.items import Modality
from embedcurate.progress import Progress, ignore

__all__ = ["FLAGGED", "Flagged", "Leaks", "find"]

Flagged: TypeAlias = Literal["first", "last", "both"]
FLAGGED: tuple[Flagged, ...] = get_args(Flagged)
"""Which side of a leak is flagged: that of the split named first, last, or both."""

_VERB = "leaks"
_FEWEST_CHARACTERS = 10
"""Characters from which a caption says enough that finding it again means something."""

_SAME_BYTES, _SAME_MEDIUM, _ALIKE, _CAPTION = range(4)
_KINDS = ("exact", "near", "similar", "caption")

Rows: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]
_Pairs: TypeAlias = tuple[Rows, Rows, Floats]

_NO_PAIRS: _Pairs = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Leaks:
    """Items that stand again in another split.

    items : id, path_bytes, split, partner, partner_path_bytes, partner_split, similarity, kind
        ("exact", "near", "similar"; "caption": the caption of one is the text that is the other),
        in the order of ids; of several partners one of the first of these kinds, the most similar
    captions : the same of items whose caption is also that of an item of another split; other
        media, so they are no leaks, but where captions are what is learnt they may be
    """

    between: tuple[str, ...]
    level: Level
    items: pa.Table
    captions: pa.Table

    def __len__(self) -> int:
        return len(self.items)

    def summary(self) -> dict[str, Any]:
        """Return the document without the lists."""
        counts = self.items["kind"].value_counts().to_pylist()
        return {
            "between": list(self.between),
            "level": str(self.level),
            "kinds": {str(one["values"]): one["counts"] for one in counts},
            "same_captions": len(self.captions),
        }

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate leaks --json` prints."""
        return {
            "leaks": [_document(row) for row in self.items.to_pylist()],
            "captions": [_document(row) for row in self.captions.to_pylist()],
            **self.summary(),
        }


def find(
    collection: Collection,
    *,
    between: Sequence[str] = ("train", "test"),
    level: Level | str = Level.NEAR,
    flagged: Flagged = "first",
    modalities: Several[Modality] = frozenset(Modality),
    random_state: int = 0,
    progress: Progress = ignore,
) -> Leaks:
    """Find items of one split that stand again in another, whole or as caption and text.

    The pairs are those of `duplicates.find` at `level`, but for those that the user called
    different. Of a pair the item of the split that is named first is flagged, since test sets
    are compared across papers and stay as they are; `flagged` may say otherwise.

    Raises
    ------
    QueryError
        If a split is named that no item has.
    """
    level, started, version = Level(level), time.perf_counter(), collection.contents()
    catalogue = collection.catalogue
    catalogue.refresh()
    splits = _splits(catalogue, between)
    finder = _Finder(splits, len(between), flagged)
    decisions = collection.decisions()
    different = {pair: one for pair, one in decisions.items() if one.kind == "different"}
    for modality in sorted(map(Modality, modalities)):
        found = candidates(collection, modality, random_state=random_state, progress=progress)
        if found is None:
            continue
        rows = np.flatnonzero((splits >= 0) & catalogue.of_modalities({modality}))
        linked = links(catalogue, found, level, threshold_of(found, level), rows)
        finder.look_at(linked, level, decided(linked.contents, different).apart_of)
    same = _Finder(splits, len(between), flagged)
    _captions(collection, splits, level, finder, same, progress)
    result = Leaks(
        tuple(between),
        level,
        _table(catalogue, splits, between, finder),
        _table(catalogue, splits, between, same),
    )
    seen = np.flatnonzero(splits >= 0)
    leak = finder.partners[seen] >= 0
    at = np.cumsum(leak) - 1
    told = result.items.take(pa.array(at, mask=~leak))
    collection.results.save(
        _VERB,
        {
            "items": pa.table(
                {
                    "id": ids_at(catalogue, seen),
                    "leak": leak,
                    **{name: told[name] for name in ("partner", "similarity", "kind")},
                }
            ),
            "captions": result.captions,
        },
        version=version,
        parameters={
            "between": list(between),
            "level": str(level),
            "flagged": flagged,
            "modalities": sorted(map(str, modalities)),
            "random_state": random_state,
        },
        summary=result.summary(),
        seconds=time.perf_counter() - started,
    )
    return result


def _splits(catalogue: Catalogue, between: Sequence[str]) -> NDArray[np.int8]:
    """Return the place of each item's split in `between`, -1 for another, none or no `ok` item."""
    column = catalogue.column("split")
    known = sorted(set(column.dictionary.to_pylist()))
    unknown = [name for name in between if name not in known]
    if unknown or len(set(between)) < 2:
        there = (
            f"It has: {', '.join(known)}."
            if known
            else ("None of its items has a split: index with --split folder or --split FILE.")
        )
        missing = f"no split '{unknown[0]}'" if unknown else "nothing to compare one split with"
        raise QueryError(f"The collection has {missing}. {there} Name two or more of them.")
    places = pc.fill_null(pc.index_in(column.cast(pa.string()), value_set=pa.array(between)), -1)
    return np.where(catalogue.searchable, places.to_numpy(), -1).astype(np.int8)


@dataclass(frozen=True, slots=True)
class _Named:
    """Rows of the catalogue, ascending, and what each goes by: a number below some n."""

    rows: Rows
    names: Rows

    def firsts(self, n: int, there: Mask) -> Rows:
        """Return the first row of each name that is `there`, -1 where none is: (n,)."""
        kept = there[self.rows]
        first = np.full(n, -1)
        names, at = np.unique(self.names[kept], return_index=True)
        first[names] = self.rows[kept][at]
        return first


class _Finder:
    """The best partner of each item in a split that asks for its being flagged."""

    def __init__(self, splits: NDArray[np.int8], count: int, flagged: Flagged) -> None:
        self.splits, self._count, self._flagged = splits, count, flagged
        self.partners: Rows = np.full(len(splits), -1)
        self.similarities = np.full(len(splits), -1, np.float32)
        self.kinds = np.full(len(splits), len(_KINDS), np.int8)

    def look_at(self, linked: Links, level: Level, apart: Callable[[Rows, Rows], Mask]) -> None:
        """Take what is alike within one modality, but for pairs that are `apart`."""
        nodes, n = linked.nodes, len(linked.contents)
        every = _Named(linked.rows, nodes)
        self.match(every, every, n, _NO_PAIRS, _SAME_BYTES)
        kept = ~apart(linked.left, linked.right)
        one, other = linked.classes[linked.left[kept]], linked.classes[linked.right[kept]]
        every = _Named(linked.rows, linked.classes[nodes])
        near = _SAME_MEDIUM if level is Level.NEAR else _ALIKE
        self.match(every, every, n, (one, other, linked.similarities[kept]), near)

    def match(self, ours: "_Named", theirs: "_Named", n: int, pairs: _Pairs, kind: int) -> None:
        """Offer to each of our rows those of theirs that have its name, or one that is a pair."""
        one = np.concatenate([pairs[0], pairs[1]])
        other = np.concatenate([pairs[1], pairs[0]])
        similarities = np.tile(pairs[2], 2)
        for split in range(self._count):
            first = theirs.firsts(n, self.splits == split)
            self._offer(ours.rows, first[ours.names], np.float32(1), split, kind)
            there = np.flatnonzero(first[other] >= 0)
            there = there[np.lexsort([first[other[there]], -similarities[there], one[there]])]
            named, at = np.unique(one[there], return_index=True)
            best, partner = np.zeros(n, np.float32), np.full(n, -1)
            best[named] = similarities[there[at]]
            partner[named] = first[other[there[at]]]
            self._offer(ours.rows, partner[ours.names], best[ours.names], split, kind)

    def _offer(
        self, rows: Rows, partners: Rows, similarities: Floats | np.float32, split: int, kind: int
    ) -> None:
        """Keep a partner in `split` of rows that have none, or one of this kind less similar."""
        own, offered = self.splits[rows], np.broadcast_to(similarities, rows.shape)
        asked = (own < split) if self._flagged == "first" else (own > split)
        if self._flagged == "both":
            asked = own != split
        again = (self.kinds[rows] == kind) & (offered > self.similarities[rows])
        better = (self.partners[rows] < 0) | again
        at = np.flatnonzero(asked & better & (partners >= 0))
        self.partners[rows[at]] = partners[at]
        self.similarities[rows[at]] = offered[at]
        self.kinds[rows[at]] = kind


def _captions(
    collection: Collection,
    splits: NDArray[np.int8],
    level: Level,
    leaks: _Finder,
    same: _Finder,
    progress: Progress,
) -> None:
    """Compare captions with the texts that are items, and with each other."""
    catalogue = collection.catalogue
    seen = splits >= 0
    texts = np.flatnonzero(seen & catalogue.of_modalities({Modality.TEXT}))
    captions = catalogue.column("caption")
    says = pc.fill_null(pc.greater_equal(pc.utf8_length(captions), _FEWEST_CHARACTERS), False)
    rows = np.setdiff1d(np.flatnonzero(seen & np.asarray(says)), texts)
    distinct = captions.take(pa.array(rows)).dictionary_encode()
    printed = []
    for at, caption in enumerate(distinct.dictionary.to_pylist()):
        progress(at, len(distinct.dictionary), "reading captions")
        printed.append(text.make(caption))
    count = len(printed)
    prints = [*printed, *(one or b"" for one in prints_of(collection, texts))]
    names = classes_of(one or None for one in prints)
    captioned = _Named(rows, names[:count][distinct.indices.to_numpy()])
    written = _Named(texts, names[count:])
    same.match(captioned, captioned, len(names), _NO_PAIRS, _CAPTION)
    pairs = _NO_PAIRS
    if level is not Level.EXACT and len(rows) and len(texts):
        pairs = _across(prints, np.unique(captioned.names), np.unique(written.names), progress)
    leaks.match(captioned, written, len(names), pairs, _CAPTION)
    leaks.match(written, captioned, len(names), pairs, _CAPTION)


def _across(prints: list[bytes], captions: Rows, texts: Rows, progress: Progress) -> _Pairs:
    """Return the pairs of fingerprints, one of a caption and one of a text, that are near."""
    found = text.candidates(prints, progress=progress).astype(np.int64)
    of_caption, of_text = (np.isin(found, names) for names in (captions, texts))
    across = (of_caption[:, 0] & of_text[:, 1]) | (of_text[:, 0] & of_caption[:, 1])
    left, right = found[across].T
    similarities = text.similarities(
        [prints[at] for at in left.tolist()], [prints[at] for at in right.tolist()]
    )
    near = similarities >= np.float32(text.NEAR)
    return left[near], right[near], similarities[near]


def _table(
    catalogue: Catalogue, splits: NDArray[np.int8], between: Sequence[str], finder: _Finder
) -> pa.Table:
    rows = np.flatnonzero(finder.partners >= 0)
    partners = finder.partners[rows]
    paths, names = catalogue.column("path_bytes"), np.array(between)
    return pa.table(
        {
            "id": ids_at(catalogue, rows),
            "path_bytes": paths.take(pa.array(rows)),
            "split": pa.array(names[splits[rows]].tolist(), pa.string()),
            "partner": ids_at(catalogue, partners),
            "partner_path_bytes": paths.take(pa.array(partners)),
            "partner_split": pa.array(names[splits[partners]].tolist(), pa.string()),
            "similarity": finder.similarities[rows],
            "kind": pa.array([_KINDS[kind] for kind in finder.kinds[rows].tolist()], pa.string()),
        }
    )


def _document(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "path": os.fsdecode(row["path_bytes"]),
        "split": row["split"],
        "partner": {
            "id": row["partner"],
            "path": os.fsdecode(row["partner_path_bytes"]),
            "split": row["partner_split"],
        },
        "kind": row["kind"],
        "similarity": row["similarity"],
    }
