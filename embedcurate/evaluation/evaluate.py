"""All that can be said of a space on the items of a collection, as one report."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from embedcurate.collection import Collection
from embedcurate.collection.matrix import Matrix
from embedcurate.evaluation.geometry import (
    Gap,
    Hubness,
    Isotropy,
    hubness,
    isotropy,
    modality_gap,
)
from embedcurate.evaluation.lift import Lift, tag_lifts
from embedcurate.evaluation.probes import Probe, knn_probe, linear_probe
from embedcurate.evaluation.retrieval import Retrieval, by_captions
from embedcurate.evaluation.words import (
    Analogies,
    Association,
    Encode,
    WordPairs,
    analogies,
    associations,
    word_pairs,
)
from embedcurate.filters import Compare
from embedcurate.items import Modality
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.pooling import encode_all
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space

__all__ = ["Evaluation", "Geometry", "WordFiles", "evaluate"]

_MOST = 20_000
"""Items of a modality and channel that are looked at: neighbours of more would take minutes."""


@dataclass(frozen=True, slots=True)
class WordFiles:
    """Files that test the encoder of texts; `words` says how each is written."""

    pairs: Path | None = None
    analogies: Path | None = None
    associations: Path | None = None


@dataclass(frozen=True, slots=True)
class Geometry:
    """One modality in one channel; a measure is None where there are too few items for it."""

    modality: str
    channel: str
    items: int
    knn: Probe | None
    linear: Probe | None
    hubness: Hubness | None
    isotropy: Isotropy | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The report.

    retrieval : by route, as ``text->image``; gaps : by pair of modalities in `shared`
    """

    space: str
    retrieval: dict[str, Retrieval]
    geometry: tuple[Geometry, ...]
    gaps: dict[str, Gap]
    pairs: WordPairs | None
    analogies: Analogies | None
    associations: tuple[Association, ...]
    lifts: tuple[Lift, ...]

    def as_document(self) -> dict[str, Any]:
        """Return the JSON document of `embedcurate evaluate`."""
        return {
            "space": self.space,
            "retrieval": {route: one.as_document() for route, one in self.retrieval.items()},
            "geometry": [
                {
                    "modality": one.modality,
                    "channel": one.channel,
                    "items": one.items,
                    "knn": one.knn and one.knn.as_document(),
                    "linear": one.linear and one.linear.as_document(),
                    "hubness": one.hubness and one.hubness.as_document(),
                    "isotropy": one.isotropy and one.isotropy.as_document(),
                }
                for one in self.geometry
            ],
            "modality_gap": {name: gap.as_document() for name, gap in self.gaps.items()},
            "word_pairs": self.pairs and asdict(self.pairs),
            "analogies": self.analogies and asdict(self.analogies),
            "associations": [asdict(one) for one in self.associations],
            "tag_lifts": [asdict(one) for one in self.lifts],
        }


def evaluate(
    collection: Collection,
    space: Space | None = None,
    *,
    words: WordFiles = WordFiles(),
    random_state: int = 0,
    progress: Progress = ignore,
) -> Evaluation:
    """Evaluate the collection's space on its items and on files of words.

    Captions test retrieval, labels the probes, tags go into the table of lifts; what the
    collection has none of is left out. At most 20,000 items of a modality are looked at.
    """
    started, version = time.perf_counter(), collection.contents()
    space = space or load(collection.settings.space)
    collection.check_space(space)
    retrieval = by_captions(collection, space, progress=progress)
    labels = collection.catalogue.column("label").cast(pa.string()).fill_null("")
    names = np.asarray(labels, dtype=object)
    geometry, shared = [], {}
    for channel in collection.channels:
        for modality in sorted(channel.modalities):
            where = Compare("modality", "=", str(modality))
            matrix = _some(collection.matrix(channel.name, where), random_state)
            if not len(matrix):
                continue
            progress(0, None, f"{modality} in {channel.name}")
            if channel.name == SHARED:
                shared[str(modality)] = matrix.vectors
            geometry.append(_geometry(matrix, modality, channel.name, names, random_state))
    encode = _encoder(space)
    found = Evaluation(
        space=space.name,
        retrieval=retrieval,
        geometry=tuple(geometry),
        gaps=modality_gap(shared),
        pairs=None if words.pairs is None else word_pairs(words.pairs, encode),
        analogies=None if words.analogies is None else analogies(words.analogies, encode),
        associations=tuple(
            associations(words.associations, encode, random_state=random_state)
            if words.associations
            else ()
        ),
        lifts=tuple(tag_lifts(_tags(collection))),
    )
    collection.results.save(
        "evaluate",
        {},
        version=version,
        parameters={"random_state": random_state},
        summary=found.as_document(),
        seconds=time.perf_counter() - started,
    )
    return found


def _geometry(
    matrix: Matrix, modality: Modality, channel: str, labels: Any, random_state: int
) -> Geometry:
    own = labels[matrix.rows].tolist()
    return Geometry(
        str(modality),
        channel,
        len(matrix),
        knn_probe(matrix.vectors, own),
        linear_probe(matrix.vectors, own, random_state=random_state),
        hubness(matrix.vectors),
        isotropy(matrix.vectors),
    )


def _some(matrix: Matrix, random_state: int) -> Matrix:
    if len(matrix) <= _MOST:
        return matrix
    rng = np.random.default_rng(random_state)
    kept = np.sort(rng.choice(len(matrix), _MOST, replace=False))
    return Matrix(matrix.ids[kept], matrix.rows[kept], matrix.vectors[kept])


def _encoder(space: Space) -> Encode:
    return lambda words: encode_all(space.encoders[Modality.TEXT], list(words))[SHARED]


def _tags(collection: Collection) -> list[frozenset[str]]:
    ids = collection.catalogue.ids[collection.catalogue.searchable].astype(str).tolist()
    items = zip(collection.items(ids), collection.marks(ids).values(), strict=True)
    return [
        marks.tags | ({f"label:{item.label}"} if item.label else frozenset())
        for item, marks in items
    ]
