"""What the user changes of clusters: their names, and which are one or several."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.clusters.naming import Name, name_clusters
from embedcurate.clusters.result import (
    VERB,
    Cluster,
    Clusters,
    clusters_table,
    described,
    items_table,
    stored,
)
from embedcurate.clusters.splitting import denser_regions, nearest_centres
from embedcurate.collection import Collection
from embedcurate.collection.results import Run
from embedcurate.errors import QueryError, ResultMissing
from embedcurate.items import Modality
from embedcurate.neighbours import comparable
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.space import Space

__all__ = ["Edit", "Merge", "Rename", "Split", "edit"]


@dataclass(frozen=True, slots=True)
class Rename:
    """Call a cluster `name`; it keeps that name when clusters are found anew."""

    label: int
    name: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Make one of several clusters; it has label and name of the largest."""

    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Make several of one cluster; the largest part keeps the label, the others get new ones.

    Without `parts`, the denser regions in it of `min_cluster_size` items or more are found by
    HDBSCAN, and what lies between them is noise. With `parts`, so many are made by k-means.
    """

    label: int
    parts: int | None = None
    min_cluster_size: int | None = None


Edit: TypeAlias = Rename | Merge | Split

_PATIENCE_S = 10.0


def edit(
    collection: Collection,
    change: Edit,
    *,
    space: Space | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Clusters:
    """Change the clusters that were found last, by one operation that `Writer.undo` takes back.

    What comes of it is kept as a run of its own, so filters, facets and samples see it at once.
    `space` compares the words for the names of new parts; by default the collection's.

    Raises
    ------
    ResultMissing
        If no clusters were found yet.
    QueryError
        If there is no such cluster, if the name is empty or another cluster's, if fewer than two
        are to be merged, or if a cluster has no parts.
    """
    started = time.perf_counter()
    run = collection.results.latest(VERB)
    if run is None:
        raise ResultMissing("clusters", f"{VERB} COLLECTION")
    before = stored(collection, run)
    work = _Work(collection, run, before, space, random_state, progress)
    match change:
        case Rename():
            after, said = work.renamed(change)
        case Merge():
            after, said = work.merged(change)
        case Split():
            after, said = work.split(change)
    parts = {"clusters": clusters_table(after.clusters)}
    if after.labels is not before.labels:
        parts["items"] = items_table(after)
    with collection.writer(doing="editing clusters", wait_s=_PATIENCE_S) as writer:
        made = collection.results.save(
            VERB,
            parts,
            version=run.version,
            parameters={
                **run.parameters,
                "edits": [*run.parameters.get("edits", ()), _documented(change)],
            },
            summary={
                **run.summary,
                "clusters": len(after.clusters),
                "noise": after.noise,
                "fresh": max(
                    [int(run.summary["fresh"]), *(one.label + 1 for one in after.clusters)]
                ),
            },
            seconds=time.perf_counter() - started,
            alike=run,
        )
        writer.edited(VERB, was=run.id, now=made.id, said=said)
    return after


def _documented(change: Edit) -> dict[str, Any]:
    given = {name: value for name, value in asdict(change).items() if value is not None}
    return {"edit": type(change).__name__.lower(), **given}


@dataclass(frozen=True, slots=True)
class _Work:
    """A change under way: each method returns the clusters after it, and what was done."""

    collection: Collection
    run: Run
    before: Clusters
    space: Space | None
    random_state: int
    progress: Progress

    @property
    def _modalities(self) -> frozenset[Modality]:
        return frozenset(map(Modality, self.run.parameters["modalities"]))

    def renamed(self, change: Rename) -> tuple[Clusters, str]:
        old = self._one(change.label)
        name = " ".join(change.name.split())
        if not name:
            raise QueryError("A cluster's name can't be empty.")
        if any(one.name == name for one in self.before.clusters if one is not old):
            raise QueryError(f"Another cluster is called '{name}'. Merge the two instead?")
        new = replace(old, name=name, given=True)
        return self._with([old], [new]), f"cluster '{old.name}' renamed to '{name}'"

    def merged(self, change: Merge) -> tuple[Clusters, str]:
        old = [self._one(label) for label in dict.fromkeys(change.labels)]
        if len(old) < 2:
            raise QueryError("Name two clusters or more to merge them.")
        old.sort(key=lambda one: (-one.size, one.label))
        labels = self.before.labels.copy()
        labels[np.isin(labels, [one.label for one in old])] = old[0].label
        ids, vectors, _ = self._comparable()
        members = self._members(labels, old[0].label, ids)
        exemplars, spread = described(ids, vectors, members)
        new = replace(old[0], size=sum(one.size for one in old), exemplars=exemplars, spread=spread)
        names = " and ".join(f"'{one.name}'" for one in old[1:])
        return self._with(old, [new], labels), f"{names} merged into cluster '{new.name}'"

    def split(self, change: Split) -> tuple[Clusters, str]:
        old = self._one(change.label)
        ids, vectors, kinds = self._comparable()
        members = self._members(self.before.labels, old.label, ids)
        of = self._parts(change, old, vectors[members])
        parts = np.full(len(ids), -1, np.int32)
        parts[members] = of
        named = self._names(ids, parts, vectors, kinds)
        count = int(of.max()) + 1
        fresh = int(self.run.summary["fresh"])
        labels = self.before.labels.copy()
        places = np.searchsorted(self.before.ids, ids[members])
        numbers = np.array([old.label, *range(fresh, fresh + count - 1), -1], np.int32)
        labels[places] = numbers[of]
        taken = {one.name for one in self.before.clusters if one is not old}
        new = []
        for part in range(count):
            own = np.flatnonzero(parts == part)
            name, given = named[part], False
            if part == 0 and old.given:
                name, given = Name(old.name, old.score), True
            if not name.text or name.text in taken:
                name = Name(f"unnamed {numbers[part]}", 0.0)
            taken.add(name.text)
            exemplars, spread = described(ids, vectors, own)
            new.append(
                Cluster(
                    int(numbers[part]), name.text, name.score, len(own), exemplars, spread, given
                )
            )
        return self._with([old], new, labels), f"cluster '{old.name}' split into {count}"

    def _one(self, label: int) -> Cluster:
        for one in self.before.clusters:
            if one.label == label:
                return one
        known = ", ".join(str(one.label) for one in self.before.clusters[:20])
        raise QueryError(f"There is no cluster {label}. There are: {known or 'none'}.")

    def _with(
        self,
        old: Iterable[Cluster],
        new: Iterable[Cluster],
        labels: NDArray[np.int32] | None = None,
    ) -> Clusters:
        gone = {one.label for one in old}
        kept = [one for one in self.before.clusters if one.label not in gone]
        clusters = sorted([*kept, *new], key=lambda one: (-one.size, one.label))
        return replace(
            self.before,
            clusters=tuple(clusters),
            labels=self.before.labels if labels is None else labels,
        )

    def _comparable(self) -> tuple[NDArray[np.bytes_], Vectors, NDArray[np.str_]]:
        """Return the items that are still there, with vectors and modalities, as they were found.

        Only those that the run saw.
        """
        self.progress(0, None, "reading the vectors")
        matrix, kinds = comparable(
            self.collection,
            modalities=self._modalities,
            channel=self.run.parameters["channel"],
        )
        seen = np.isin(matrix.ids, self.before.ids)
        if seen.all():
            return matrix.ids, matrix.vectors, kinds
        return matrix.ids[seen], matrix.vectors[seen], kinds[seen]

    def _members(
        self, labels: NDArray[np.int32], label: int, ids: NDArray[np.bytes_]
    ) -> NDArray[np.int64]:
        wanted = self.before.ids[labels == label]
        members: NDArray[np.int64] = np.searchsorted(ids, wanted)
        if not np.isin(wanted, ids).all():
            raise QueryError(
                "Items of this cluster have changed or gone since it was found. Find the clusters "
                "again first."
            )
        return members

    def _parts(self, change: Split, old: Cluster, own: Vectors) -> NDArray[np.int32]:
        """Return the part of each member, 0 for the largest, -1 for what lies between."""
        if change.parts is not None and not 2 <= change.parts <= len(own):
            raise QueryError(
                f"Cluster {old.label} can be split into 2 to {len(own)} parts, not {change.parts}."
            )
        if change.min_cluster_size is not None and change.min_cluster_size < 2:
            raise QueryError("A cluster has 2 items or more.")
        if change.parts is not None:
            found = nearest_centres(
                own, change.parts, random_state=self.random_state, progress=self.progress
            )
        else:
            found = denser_regions(
                own,
                min_cluster_size=change.min_cluster_size or self.before.min_cluster_size,
                min_samples=self.before.min_samples,
                random_state=self.random_state,
                progress=self.progress,
            )
        if found.max(initial=-1) < 1:
            raise QueryError(
                f"There are no denser regions in cluster {old.label} '{old.name}'. Say into how "
                "many parts it shall be split, or lower the least size of a part."
            )
        return found

    def _names(
        self,
        ids: NDArray[np.bytes_],
        parts: NDArray[np.int32],
        vectors: Vectors,
        kinds: NDArray[np.str_],
    ) -> list[Name]:
        if self.run.parameters["channel"] != SHARED:  # words live in no other
            matrix, _ = comparable(self.collection, modalities=self._modalities, channel=SHARED)
            vectors = matrix.vectors[np.searchsorted(matrix.ids, ids)]
        return name_clusters(
            self.collection,
            ids.astype(str).tolist(),
            parts,
            vectors,
            kinds,
            space=self.space,
            progress=self.progress,
        )
