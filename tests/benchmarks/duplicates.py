"""Measure which edited copies `near` finds, and what it takes for one, beside other methods.

python -m tests.benchmarks.duplicates --edited 60

The copies and the hard negatives are planted by `edits`, and indexed with the space `starter`.
Ours is `duplicates.find` as it is, with its default threshold. The others compare all pairs, with
the threshold at which each does best on these very data (the highest F1): no user has that one.
Recall is the share of the pairs of an original and its edit that are reported; precision the share
of all pairs reported in which both are the same medium.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray
from PIL import Image

from embedcurate import duplicates
from embedcurate.collection import Collection
from embedcurate.indexing import open_and_index
from embedcurate.items import Modality, item_id
from tests.benchmarks.edits import (
    ORIGINAL,
    edit_of,
    family_of,
    plant_pictures,
    plant_sounds,
    plant_texts,
)
from tests.benchmarks.report import heading, table

Pairs: TypeAlias = NDArray[np.bool_]
Scores: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Planted:
    """What was planted, and which pairs are the same medium: (n, n) bool, above the diagonal."""

    paths: list[Path]
    same: Pairs
    edits: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]]

    @classmethod
    def of(cls, paths: list[Path]) -> Self:
        families = np.unique([family_of(path) for path in paths], return_inverse=True)[1]
        kinds = np.array([edit_of(path) for path in paths])
        originals = {families[row]: row for row in np.flatnonzero(kinds == ORIGINAL)}
        edits = {}
        for kind in sorted(set(kinds) - {ORIGINAL}):
            rows = np.flatnonzero(kinds == kind)
            edits[kind] = (np.array([originals[families[row]] for row in rows]), rows)
        return cls(paths, np.triu(families[:, None] == families, 1), edits)

    def figures(self, reported: Pairs) -> dict[str, float]:
        both = reported | reported.T
        recall = {kind: float(both[rows].mean()) for kind, rows in self.edits.items()}
        hits = np.concatenate([both[rows] for rows in self.edits.values()])
        wrong = np.triu(both, 1) & ~self.same
        right = np.triu(both, 1) & self.same
        return {
            "precision": float(right.sum() / max(1, right.sum() + wrong.sum())),
            "recall": float(hits.mean()),
            "wrong pairs": int(wrong.sum()),
            **recall,
        }

    def best(self, scores: NDArray[np.float32]) -> tuple[float, Pairs]:
        """Return the threshold of the highest F1, and what is reported with it."""
        above = np.triu_indices(len(scores), 1)
        flat = scores[above]
        order = np.argsort(-flat, kind="stable")
        right = np.cumsum(self.same[above][order])
        precision = right / np.arange(1, len(order) + 1)
        first, second = (np.concatenate(side) for side in zip(*self.edits.values(), strict=True))
        wanted = np.sort(scores[np.minimum(first, second), np.maximum(first, second)])
        recall = 1 - np.searchsorted(wanted, flat[order]) / len(wanted)
        ends = np.flatnonzero(np.append(np.diff(flat[order]) != 0, True))
        f1 = (2 * precision * recall / np.maximum(precision + recall, 1e-9))[ends]
        threshold = float(flat[order][ends[np.argmax(f1)]])
        return threshold, scores >= threshold


def by_near(collection: Collection, planted: Planted) -> Pairs:
    """Return what the verb reports."""
    found = duplicates.find(collection, level="near")
    contents = np.unique([blake3(path.read_bytes()).hexdigest() for path in planted.paths],
                         return_inverse=True)[1]  # fmt: skip
    place = {item_id(path): content for path, content in zip(planted.paths, contents, strict=True)}
    sides = [[place[one] for one in found.pairs[side].to_pylist()] for side in ("left", "right")]
    reported = np.eye(len(planted.paths), dtype=np.bool_)
    reported[*sides] = True
    reported[*sides[::-1]] = True
    return reported[np.ix_(contents, contents)]


def by_vectors(collection: Collection, planted: Planted, channel: str) -> Scores:
    matrix = collection.matrix(channel)
    rows = {one.decode(): row for row, one in enumerate(matrix.ids.tolist())}
    vectors = matrix.vectors[[rows[item_id(path)] for path in planted.paths]]
    return vectors @ vectors.T


def by_phash(planted: Planted) -> Scores:
    """Return how many bits of two hashes agree."""
    import imagehash

    hashes = []
    for path in planted.paths:
        with Image.open(path) as picture:
            hashes.append(imagehash.phash(picture).hash.ravel())
    signs = np.array(hashes) * np.float32(2) - 1
    return signs @ signs.T


def by_imagededup(planted: Planted) -> Scores:
    from imagededup.methods import CNN

    encodings = CNN(verbose=False).encode_images(planted.paths[0].parent)
    vectors = np.stack([encodings[path.name] for path in planted.paths])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors @ vectors.T


def compare(modality: Modality, folder: Path) -> Iterator[str]:
    """Index a planted folder, let all contend, and yield what to print."""
    planted = Planted.of(sorted(folder.iterdir()))
    collection, report = open_and_index(folder.with_suffix(".collection"), [folder])
    assert report.ok == len(planted.paths), report.failures
    found, notes = {}, []
    began = time.perf_counter()
    found["near"] = planted.figures(by_near(collection, planted))
    notes.append(f"near took {time.perf_counter() - began:.1f} s")
    others: dict[str, Callable[[], Scores]] = {
        f"vectors, {channel.name}": partial(by_vectors, collection, planted, channel.name)
        for channel in collection.channels
        if modality in channel.modalities
    }
    if modality is Modality.IMAGE:
        others |= {"phash": partial(by_phash, planted)}
        others |= {"imagededup, CNN": partial(by_imagededup, planted)}
    for name, scores in others.items():
        try:
            threshold, reported = planted.best(scores())
        except (ImportError, OSError) as error:
            notes.append(f"{name} could not run: {error}")
            continue
        found[name] = planted.figures(reported)
        notes.append(f"{name}: threshold {threshold:.3g}")
    rows = [[figure, *(one[figure] for one in found.values())] for figure in found["near"]]
    families = len({family_of(path) for path in planted.paths})
    yield f"\n{modality}: {len(planted.paths)} files of {families} media; {'; '.join(notes)}\n\n"
    yield table(("", *found), rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edited", type=int, default=60, help="pictures that are edited")
    parser.add_argument("--only", choices=list(Modality), help="one modality")
    asked = parser.parse_args()
    plants = {
        Modality.IMAGE: partial(plant_pictures, edited=asked.edited),
        Modality.AUDIO: plant_sounds,
        Modality.TEXT: plant_texts,
    }
    sys.stdout.write(heading("Edited copies among hard negatives, space starter") + "\n")
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        for modality, plant in plants.items():
            if asked.only in (None, modality):
                plant(Path(name) / modality)
                for part in compare(modality, Path(name) / modality):
                    sys.stdout.write(part)
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
