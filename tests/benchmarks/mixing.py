"""How the modalities share the first 30 hits where all have as much to show.

python -m tests.benchmarks.mixing

Indexes, with the starter space, those topics of the sample media that pictures, sounds and texts
all have: of each topic as many of each. Every topic's name is searched for; what fits is what
lies in a folder of that name. Ours is `search` as it is; the others rank the same vectors by raw
cosines, and by the backgrounds that ship, which know nothing of the collection's own centre.
"""

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from embedcurate_resources import FOLDER

from embedcurate.collection import Collection
from embedcurate.indexing import index
from embedcurate.items import Item, Modality, Outcome
from embedcurate.search.searcher import Searcher
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.pooling import encode_queries
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space
from tests.benchmarks.report import heading, table

Ways: TypeAlias = Mapping[str, Callable[[str], list[Item]]]

MEDIA = FOLDER / "sample" / "media"
K = 30


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


def ways(space: Space, searcher: Searcher, items: Sequence[Item], rows: Vectors) -> Ways:
    """Return ranking -> what gives the first items for a query; `rows` are the items' vectors."""

    def raw(query: str) -> list[Item]:
        return best(rows @ encoded(query))

    def shipped(query: str) -> list[Item]:
        backgrounds = [space.backgrounds[Modality.TEXT, one.modality] for one in items]
        means, spreads = ([getattr(b, name) for b in backgrounds] for name in ("mean", "spread"))
        return best((rows @ encoded(query) - np.array(means)) / np.array(spreads))

    def ours(query: str) -> list[Item]:
        known = {one.id: one for one in items}
        return [known[hit.id] for hit in searcher.find(query, k=K).hits]

    def encoded(query: str) -> Vectors:
        assert space.text is not None
        return encode_queries(space.text, [query])[SHARED][0]

    def best(values: Vectors) -> list[Item]:
        return [items[place] for place in np.argsort(-values, kind="stable")[:K]]

    return {"raw cosine": raw, "backgrounds that ship": shipped, "ours, by the centre": ours}


def row(way: str, first: Callable[[str], list[Item]], topics: Sequence[str]) -> list[object]:
    """Return how the modalities share the first items for all topics, and how many of them fit."""
    found = {topic: first(topic.replace("-", " ")) for topic in topics}
    most = [max(Counter(one.modality for one in of).values()) for of in found.values()]
    fitting = sum(one.path.parent.name == topic for topic, of in found.items() for one in of)
    fair = Counter(one.modality for of in found.values() for one in of)
    shares = ", ".join(f"{kind} {fair[kind] / fair.total():.0%}" for kind in sorted(fair))
    over = sum(count > K // 2 for count in most)
    return [way, f"{np.mean(most):.1f}", over, fitting, shares]


def main() -> None:
    """Print the table."""
    space = load("starter")
    with tempfile.TemporaryDirectory() as name:
        topics = balanced(Path(name) / "in")
        collection = Collection.create(Path(name) / "made", space)
        index(collection, space, [Path(name) / "in"])
        ids = collection.catalogue.ids.astype(str).tolist()
        items = [item for item in collection.items(ids) if item.outcome is Outcome.OK]
        rows = collection.vectors([one.id for one in items], SHARED)
        ranked = ways(space, Searcher(collection, space), items, rows)
        cells = [row(way, first, topics) for way, first in ranked.items()]
    names = ["ranked by", "most of one modality, mean", "over half, topics", "that fit", "shares"]
    title = f"The first {K} hits of {len(topics)} topics, {len(items)} items"
    sys.stdout.write(f"{heading(title)}\n{table(names, cells)}\n")


if __name__ == "__main__":
    main()
