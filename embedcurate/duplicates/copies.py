"""The pairs of one modality, the decisions and the rules -> which item stays for which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Decision, Pair
from embedcurate.collection.catalogue import Catalogue
from embedcurate.duplicates.decided import Decided, codes, decided
from embedcurate.duplicates.grouping import Rows, Stars, star_groups
from embedcurate.duplicates.keeping import Merits, Rule, merits
from embedcurate.duplicates.levels import Level, Threshold, classes, measured
from embedcurate.duplicates.pairs import Candidates

__all__ = ["Copies", "Links", "copies", "links"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Links:
    """The items of one modality that are looked at, and which of their contents are alike.

    rows : (k,) int64 rows of the catalogue, ascending; nodes : (k,) int64, the content of each
    contents : (n,) the contents' hashes
    left, right, similarities : (m,) the pairs of contents that reach the threshold and both have
        items here
    classes : (n,) int64, contents that are equal and too many for all their pairs to be listed
    """

    rows: Rows
    nodes: Rows
    contents: pa.Array
    left: Rows
    right: Rows
    similarities: Floats
    classes: Rows

    def pairs(self) -> tuple[Rows, Rows, Floats]:
        """Return the pairs as rows of the catalogue, each content by the first of its items.

        Items of the same content, or of the same class, are a pair with that first one.
        """
        alike = self.classes[self.nodes]
        names, at, of_name = np.unique(alike, return_index=True, return_inverse=True)
        first = np.zeros(len(self.contents), np.int64)
        first[names] = self.rows[at]
        again = np.ones(len(self.rows), np.bool_)
        again[at] = False
        left = np.concatenate([first[self.classes[self.left]], self.rows[at][of_name][again]])
        right = np.concatenate([first[self.classes[self.right]], self.rows[again]])
        same = np.ones(np.count_nonzero(again), np.float32)
        return left, right, np.concatenate([self.similarities, same])


@dataclass(frozen=True, slots=True)
class Copies:
    """Items of which one stays for the others, each keeper among its members.

    rows, keepers : (c,) int64 rows of the catalogue; similarities : (c,) to the keeper, NaN where
    only a decision says so; reasons : (c,); asked : (c,) bool, different bytes and no decision
    """

    rows: Rows
    keepers: Rows
    similarities: Floats
    reasons: list[str]
    asked: NDArray[np.bool_]


def links(
    catalogue: Catalogue, found: Candidates, level: Level, threshold: Threshold, rows: Rows
) -> Links:
    """Return which of the items in `rows` of the catalogue are alike at a level."""
    of_item = catalogue.column("content")
    contents = of_item.take(pa.array(found.items))
    nodes = pc.fill_null(pc.index_in(of_item.take(pa.array(rows)), value_set=contents), -1)
    nodes = nodes.to_numpy().astype(np.int64)
    rows, nodes = rows[nodes >= 0], nodes[nodes >= 0]
    same = classes(found, level)
    there = np.zeros(len(contents), np.bool_)
    there[same[nodes]] = True
    there[nodes] = True
    similarities = measured(found, level)
    kept = there[found.left] & there[found.right]
    if threshold.value is None:
        kept[:] = False
    else:
        kept &= similarities >= np.float32(threshold.value)
    return Links(
        rows, nodes, contents, found.left[kept], found.right[kept], similarities[kept], same
    )


def copies(
    catalogue: Catalogue,
    linked: Links,
    decisions: Mapping[Pair, Decision],
    *,
    rules: Sequence[Rule],
    folders: Sequence[Path],
) -> Copies:
    """Group the items around keepers, as the decisions allow and the rules prefer."""
    said = decided(linked.contents, decisions)
    label, left, right, similarities = _edges(linked, said)
    sizes = np.bincount(label[linked.nodes], minlength=said.n)
    involved = sizes > 1
    for ends in (left, right):
        involved[ends] = True
    used = np.flatnonzero(involved[label[linked.nodes]])
    rows, nodes = linked.rows[used], linked.nodes[used]
    standing = merits(catalogue, rows, rules=rules, folders=folders)
    places = standing.places()

    names, group = np.unique(label[nodes], return_inverse=True)
    number = np.full(said.n, -1, np.int64)
    number[names] = np.arange(len(names))
    best = np.empty(len(names), np.int64)
    by_place = np.argsort(-places)
    best[group[by_place]] = by_place
    known = (number[left] >= 0) & (number[right] >= 0)
    losers, winners = number[said.losers], number[said.winners]
    decided_here = (losers >= 0) & (winners >= 0)
    losers, winners = losers[decided_here], winners[decided_here]
    stars = star_groups(
        number[left[known]],
        number[right[known]],
        similarities[known],
        np.argsort(np.argsort(places[best])),
        losers=losers,
        winners=winners,
    )
    return _told(linked, standing, places, rows, nodes, group, best, stars, said, losers)


def _edges(linked: Links, said: Decided) -> tuple[Rows, Rows, Rows, Floats]:
    """Return what each content counts as, and the pairs of these that may be in one group.

    A content that a decision is about always counts as itself.
    """
    n = said.n
    free = np.ones(n, np.bool_)
    free[said.about] = False
    first = np.full(n, n)
    np.minimum.at(first, linked.classes[free], np.flatnonzero(free))
    first = first[linked.classes]
    first = np.where(first == n, np.arange(n), first)
    label = np.where(free, first, np.arange(n))
    moved = np.flatnonzero(label != first)  # these leave many equal ones, and are near to them
    one, other = label[linked.left], label[linked.right]
    similarities = linked.similarities
    if len(moved):
        one = np.concatenate([one, first[linked.left], moved])
        other = np.concatenate([other, first[linked.right], first[moved]])
        same = np.ones(len(moved), np.float32)
        similarities = np.concatenate([similarities, similarities, same])
    joined = said.joined
    one, other = np.concatenate([one, joined[:, 0]]), np.concatenate([other, joined[:, 1]])
    unknown = np.full(len(joined), np.nan, np.float32)
    similarities = np.concatenate([similarities, unknown])
    kept = np.flatnonzero((one != other) & ~said.apart_of(one, other))
    _, at = np.unique(codes(n, one[kept], other[kept]), return_index=True)
    kept = kept[at]
    return label, one[kept], other[kept], similarities[kept]


def _told(
    linked: Links,
    standing: Merits,
    places: Rows,
    rows: Rows,
    nodes: Rows,
    group: Rows,
    best: Rows,
    stars: Stars,
    said: Decided,
    losers: Rows,
) -> Copies:
    """Say of each item who its keeper is and why."""
    keeper = best[stars.keepers[group]]
    similarities = np.where(stars.members[group], stars.similarities[group], np.float32(1))
    same = nodes == nodes[keeper]
    stays = same & np.isin(nodes, said.kept_copies)
    keeper = np.where(stays, np.arange(len(rows)), keeper)
    member = keeper != np.arange(len(rows))

    rival = np.arange(len(rows))
    members = np.flatnonzero(member)
    by_place = members[np.argsort(-places[members])]
    rival[keeper[by_place]] = by_place  # of each keeper, the best of its members
    keepers = np.flatnonzero(rival != np.arange(len(rows)))
    grouped = np.concatenate([keepers, members])
    against = np.concatenate([rival[keepers], keeper[members]])

    lost = np.zeros(len(best), np.bool_)
    lost[losers] = True
    forced = np.where(member, lost[group], places > places[rival])
    reasons = standing.reasons(grouped, against)
    for at, item in enumerate(grouped.tolist()):
        if forced[item]:
            reasons[at] = "you decided " + ("for the other" if member[item] else "that it stays")
        elif not member[item]:
            reasons[at] = f"stays: {reasons[at]}"
        elif same[item]:
            reasons[at] = f"same bytes; {reasons[at]}"
    asked = member & ~same & ~said.has(nodes, nodes[keeper])
    open_ = np.flatnonzero(asked)  # exact copies are asked about once
    asked[:] = False
    asked[open_[np.unique(nodes[open_], return_index=True)[1]]] = True
    return Copies(
        rows[grouped], rows[keeper[grouped]], similarities[grouped], reasons, asked[grouped]
    )
