"""Score the items of a collection, each modality by itself, and keep what was found."""

import time
from collections.abc import Collection as AbstractCollection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.errors import QueryError
from embedcurate.filters import Compare
from embedcurate.items import Modality
from embedcurate.neighbours import Neighbourhood, neighbourhood
from embedcurate.outliers.labels import disputed
from embedcurate.outliers.oddity import NEAREST, Scores, scores
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import SHARED

__all__ = ["DisputedLabel", "Oddity", "Outliers", "score"]

_VERB = "outliers"
_NOUNS = {Modality.IMAGE: "pictures", Modality.TEXT: "texts", Modality.AUDIO: "sounds"}
_GLOSH_TOLD = 0.5


@dataclass(frozen=True, slots=True)
class Oddity:
    """An item and how odd it is; the figures are those of `oddity.Scores`."""

    id: str
    path: Path
    modality: Modality
    score: float
    isolation: float
    glosh: float
    outlier: bool
    reason: str


@dataclass(frozen=True, slots=True)
class DisputedLabel:
    """An item whose neighbours have another label; `share` is the weight of those against it."""

    id: str
    path: Path
    modality: Modality
    label: str
    expected: str
    share: float
    reason: str


@dataclass(frozen=True, slots=True)
class Outliers:
    """What is odd in a collection.

    items : the oddest, by score; labels : the disputed labels, by share
    scored : how many items were scored; outliers : how many of them are outliers
    channels : modality -> channel in which its items were compared
    """

    items: tuple[Oddity, ...]
    labels: tuple[DisputedLabel, ...]
    scored: int
    outliers: int
    channels: dict[str, str]

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate outliers --json` prints."""
        return {
            "items": [_documented(item) for item in self.items],
            "labels": [_documented(label) for label in self.labels],
            "scored": self.scored,
            "outliers": self.outliers,
            "channels": self.channels,
        }


def score(
    collection: Collection,
    *,
    k: int = 50,
    modalities: AbstractCollection[str] = frozenset(Modality),
    channel: str | None = None,
    n_neighbors: int = 50,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Outliers:
    """Score how odd items are among those of their modality, and keep the run.

    k : how many of the oddest, and of the disputed labels, to return; the run has all
    channel : what is compared; by default the channel that a modality has to itself, else `shared`
    n_neighbors : how many neighbours are looked at, so that enough remain when copies are left out

    Raises `QueryError` for a channel that is not there.
    """
    started = time.perf_counter()
    version = collection.contents()
    collection.catalogue.refresh()
    names = sorted(map(str, modalities))
    found, channels = [], {}
    for name in names:
        modality = Modality(name)
        there = collection.catalogue.mask(Compare("modality", "=", name))
        own = channel or _own_channel(collection, modality)
        if not _lives_in(collection, modality, own) or not there.any():
            continue
        channels[name] = own
        hood = neighbourhood(
            collection,
            modalities=[modality],
            channel=own,
            n_neighbors=n_neighbors,
            random_state=random_state,
            progress=progress,
        )
        found.append((_odd_of(hood, modality, progress), _labels_of(collection, hood, progress)))
    odd = pa.concat_tables([_no_oddities(), *(table for table, _ in found)])
    odd = odd.sort_by([("score", "descending"), ("id", "ascending")])
    labels = pa.concat_tables([_no_labels(), *(table for _, table in found)])
    labels = labels.sort_by([("share", "descending"), ("id", "ascending")])
    result = Outliers(
        items=tuple(Oddity(**row) for row in _placed(collection, odd.slice(0, k))),
        labels=tuple(DisputedLabel(**row) for row in _placed(collection, labels.slice(0, k))),
        scored=len(odd),
        outliers=pc.sum(odd["outlier"]).as_py() or 0,
        channels=channels,
    )
    collection.results.save(
        _VERB,
        {"items": odd, "labels": labels},
        version=version,
        parameters={
            "modalities": names,
            "channel": channel,
            "n_neighbors": n_neighbors,
            "random_state": random_state,
        },
        summary={
            "scored": result.scored,
            "outliers": result.outliers,
            "labels": len(labels),
            "channels": channels,
        },
        seconds=time.perf_counter() - started,
    )
    return result


def _own_channel(collection: Collection, modality: Modality) -> str:
    """Return the channel in which a modality lives alone, which knows it best, else `shared`."""
    own = (one.name for one in collection.channels if one.modalities == {modality})
    return next(own, SHARED)


def _lives_in(collection: Collection, modality: Modality, channel: str) -> bool:
    held = {one.name: one.modalities for one in collection.channels}
    if channel not in held:
        raise QueryError(f"There is no channel '{channel}'. There are: {', '.join(held)}.")
    return modality in held[channel]


def _no_oddities() -> pa.Table:
    columns = {"score": pa.float32(), "isolation": pa.float32(), "glosh": pa.float32()}
    return _empty(columns | {"outlier": pa.bool_(), "reason": pa.string()})


def _no_labels() -> pa.Table:
    columns = {"label": pa.string(), "expected": pa.string(), "share": pa.float32()}
    return _empty(columns | {"reason": pa.string()})


def _empty(columns: dict[str, pa.DataType]) -> pa.Table:
    return pa.schema({"id": pa.string(), "modality": pa.string(), **columns}).empty_table()


def _odd_of(hood: Neighbourhood, modality: Modality, progress: Progress) -> pa.Table:
    figures = scores(hood.graph, progress=progress)
    n = len(hood.matrix)
    return pa.table(
        {
            "id": pa.array(hood.matrix.ids.astype(str), pa.string()),
            "modality": pa.array([str(modality)] * n, pa.string()),
            "score": figures.score,
            "isolation": figures.isolation,
            "glosh": figures.glosh,
            "outlier": figures.outlier,
            "reason": pa.array(_reasons(figures, _NOUNS[modality]), pa.string()),
        },
        schema=_no_oddities().schema,
    )


def _reasons(figures: Scores, noun: str) -> list[str]:
    """Say what stands out about each row, nothing where nothing does."""
    reasons = [""] * len(figures.score)
    if not len(reasons):
        return reasons
    levels = dict(zip((99, 95, 90), np.quantile(figures.nearness, (0.01, 0.05, 0.1)), strict=True))
    stands_out = (figures.nearness < levels[90]) | (figures.glosh >= _GLOSH_TOLD)
    for row in np.flatnonzero(stands_out & (figures.score > 0)).tolist():
        near, glosh = float(figures.nearness[row]), float(figures.glosh[row])
        said = []
        for share, level in levels.items():
            if near < level:
                digits = 2 if f"{near:.2f}" != f"{level:.2f}" else 4
                said.append(
                    f"its {NEAREST} nearest {noun} are at {near:.{digits}f} on average, where "
                    f"{share} % of the {noun} have theirs above {level:.{digits}f}"
                )
                break
        if glosh >= _GLOSH_TOLD:
            times = 1 / max(1 - glosh, 0.01)
            said.append(
                f"it joins the group next to it only at {times:.1f} times the distance at which "
                "that group's core holds together"
            )
        if copies := int(figures.copies[row]):
            said.append(f"leaving out {copies} near-identical")
        reasons[row] = "; ".join(said)
    return reasons


def _labels_of(collection: Collection, hood: Neighbourhood, progress: Progress) -> pa.Table:
    labels: Any = collection.catalogue.column("label").take(pa.array(hood.matrix.rows))
    coded = labels if pa.types.is_dictionary(labels.type) else labels.dictionary_encode()
    names = coded.dictionary.to_pylist()
    codes = pc.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    found = disputed(hood.graph, _filled(codes, names), progress=progress)
    own = [names[code] for code in codes[found.rows].tolist()]
    expected = [names[code] for code in found.expected.tolist()]
    counts = zip(found.agreeing.tolist(), found.witnesses.tolist(), strict=True)
    reasons = [
        f"labelled {label}, but {agreeing} of its {witnesses} nearest labelled neighbours are "
        f"{other}"
        for label, other, (agreeing, witnesses) in zip(own, expected, counts, strict=True)
    ]
    return pa.table(
        {
            "id": pa.array(hood.matrix.ids[found.rows].astype(str), pa.string()),
            "modality": pa.array(hood.modalities[found.rows], pa.string()),
            "label": pa.array(own, pa.string()),
            "expected": pa.array(expected, pa.string()),
            "share": found.share,
            "reason": pa.array(reasons, pa.string()),
        },
        schema=_no_labels().schema,
    )


def _filled(codes: NDArray[np.int64], names: list[str]) -> NDArray[np.int64]:
    """Return the codes with -1 for an empty label as well."""
    empty = np.array([not name for name in names] + [True])
    return np.where(empty[codes], -1, codes)


def _placed(collection: Collection, table: pa.Table) -> list[dict[str, Any]]:
    """Return the rows of a table with each item's path."""
    rows = table.to_pylist()
    items = collection.items([row["id"] for row in rows])
    return [
        {**row, "path": item.path, "modality": item.modality}
        for row, item in zip(rows, items, strict=True)
    ]


def _documented(one: Oddity | DisputedLabel) -> dict[str, Any]:
    return {**asdict(one), "path": str(one.path), "modality": str(one.modality)}
