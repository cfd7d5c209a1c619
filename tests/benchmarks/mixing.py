"""How the modalities share the first hits, where all have as much to show and where one has all.

python -m tests.benchmarks.mixing

Indexes, with the starter space, those topics of the sample media that pictures, sounds and texts
all have: of each topic as many of each. Every topic's name is searched for; what fits is what
lies in a folder of that name. Then each topic is left to one modality alone: only that one has
items of it, and has nothing else. Ours is what `search` does; the others calibrate by no centre,
and by that of the collection's own items.
"""

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from embedcurate_resources import FOLDER
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.indexing import index
from embedcurate.items import Modality, Outcome
from embedcurate.spaces.calibration import measure, neutral_texts
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.pooling import encode_queries
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space
from tests.benchmarks.report import heading, table

Centre: TypeAlias = Callable[[Modality, Vectors], Vectors | None]
Values: TypeAlias = NDArray[np.float64]

MEDIA = FOLDER / "sample" / "media"
K = 30


@dataclass(frozen=True, slots=True)
class Items:
    """Items of a mixed collection; vectors are unit rows."""

    rows: Vectors
    modalities: NDArray[np.str_]
    topics: NDArray[np.str_]

    def of(self, mask: NDArray[np.bool_]) -> "Items":
        return Items(self.rows[mask], self.modalities[mask], self.topics[mask])

    def ranked(self, asked: Vectors, neutral: Vectors, centre: Centre) -> NDArray[np.int64]:
        """Return the places of all items, best first, for the query `asked` (d,)."""
        values = np.empty(len(self.rows))
        for modality in Modality:
            own = self.modalities == modality
            rows = self.rows[own]
            back = measure(neutral, rows, centre(modality, rows))
            values[own] = (rows @ asked - back.expected(asked)) / back.spread
        return np.argsort(-values, kind="stable")


def balanced(target: Path) -> list[str]:
    """Copy as many pictures, sounds and texts of each topic; return the topics."""
    kinds = ("pictures", "sounds", "texts")
    topics = sorted(set.intersection(*({one.name for one in (MEDIA / k).iterdir()} for k in kinds)))
    for topic in topics:
        files = [sorted((MEDIA / kind / topic).iterdir()) for kind in kinds]
        for of in files:
            (target / topic).mkdir(parents=True, exist_ok=True)
            for file in of[: min(map(len, files))]:
                shutil.copy(file, target / topic / file.name)
    return topics


def indexed(space: Space, folder: Path) -> tuple[list[str], Items]:
    """Index the balanced topics; return their names and the items."""
    topics = balanced(folder / "in")
    collection = Collection.create(folder / "made", space)
    index(collection, space, [folder / "in"])
    ids = collection.catalogue.ids.astype(str).tolist()
    items = [item for item in collection.items(ids) if item.outcome is Outcome.OK]
    rows = collection.vectors([one.id for one in items], SHARED)
    modalities, names = zip(*((str(i.modality), i.path.parent.name) for i in items), strict=True)
    return topics, Items(rows, np.array(modalities), np.array(names))


def precision(ranked: NDArray[np.int64], fits: NDArray[np.bool_]) -> float:
    """Return the average precision."""
    found = fits[ranked]
    return float((np.cumsum(found) / np.arange(1, len(found) + 1))[found].mean())


def most_of_one(items: Items, ranks: Sequence[NDArray[np.int64]]) -> list[object]:
    """Return how many of the first items are of one modality: the mean, and how often over half."""
    most = [max(Counter(items.modalities[ranked[:K]]).values()) for ranked in ranks]
    return [f"{np.mean(most):.1f}", f"{sum(count > K // 2 for count in most)} of {len(most)}"]


def mixed(
    items: Items, asked: Vectors, topics: Sequence[str], neutral: Vectors, centre: Centre
) -> list[object]:
    """Return how the modalities share the first items of each topic, and how many of them fit."""
    ranks = [items.ranked(query, neutral, centre) for query in asked]
    fits = [items.topics == topic for topic in topics]
    fitting = sum(fit[ranked[:K]].sum() for fit, ranked in zip(fits, ranks, strict=True))
    share = Counter(np.concatenate([items.modalities[ranked[:K]] for ranked in ranks]))
    shares = ", ".join(f"{kind} {share[kind] / share.total():.0%}" for kind in sorted(share))
    mean = np.mean([precision(ranked, fit) for fit, ranked in zip(fits, ranks, strict=True)])
    any_texts = [items.ranked(query, neutral, centre) for query in neutral]
    return [
        *most_of_one(items, ranks),
        shares,
        fitting,
        f"{mean:.2f}",
        *most_of_one(items, any_texts),
    ]


def alone(
    items: Items, asked: Vectors, topics: Sequence[str], neutral: Vectors, centre: Centre
) -> list[object]:
    """Return the average precision where all items of one modality fit and none of the others."""
    means: list[object] = []
    for modality in Modality:
        found = []
        for query, topic in zip(asked, topics, strict=True):
            left = items.of((items.topics == topic) == (items.modalities == modality))
            found.append(precision(left.ranked(query, neutral, centre), left.topics == topic))
        means.append(f"{np.mean(found):.2f}")
    return means


def main() -> None:
    """Print the tables."""
    space = load("starter")
    assert space.text is not None
    with tempfile.TemporaryDirectory() as name:
        topics, items = indexed(space, Path(name))
    neutral = encode_queries(space.text, neutral_texts())[SHARED]
    asked = encode_queries(space.text, [topic.replace("-", " ") for topic in topics])[SHARED]
    ways: dict[str, Centre] = {
        "no centre": lambda modality, rows: None,
        "the centre of its own items": lambda modality, rows: rows.mean(axis=0),
        "ours, the space's centre": lambda modality, rows: (
            space.backgrounds[Modality.TEXT, modality].centre
        ),
    }
    given = (items, asked, topics, neutral)
    title = f"The first {K} hits of {len(topics)} topics, {len(items.rows)} items"
    names = ["calibrated by", "most of one modality, mean", "over half", "shares", "that fit",
             "average precision", "neutral texts: most", "over half"]  # fmt: skip
    cells = [[way, *mixed(*given, centre)] for way, centre in ways.items()]
    sys.stdout.write(f"{heading(title)}\n{table(names, cells)}\n")
    title = "Average precision where all items of one modality fit, and none of the others"
    names = ["calibrated by", *(f"only {modality} has it" for modality in Modality)]
    cells = [[way, *alone(*given, centre)] for way, centre in ways.items()]
    sys.stdout.write(f"{heading(title)}\n{table(names, cells)}\n")


if __name__ == "__main__":
    main()
