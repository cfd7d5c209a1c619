"""How the modalities share the first 30 hits where all have as much to show.

python -m tests.benchmarks.mixing

Indexes, with the starter space, those topics of the sample media that pictures, sounds and texts
all have: of each topic as many of each. Every topic's name is searched for; what fits is what
lies in a folder of that name. Ours is `search` as it is; the others rank the same vectors by raw
cosines, and by the backgrounds that ship, which know nothing of the collection's own centre.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from embedcurate_resources import FOLDER

from embedcurate.collection import Collection
from embedcurate.indexing import index
from embedcurate.items import Modality
from embedcurate.search.searcher import Searcher
from embedcurate.spaces.pooling import encode_queries
from embedcurate.spaces.registry import load
from tests.benchmarks.report import heading, table

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


def main() -> None:
    """Print the table."""
    space = load("starter")
    assert space.text is not None
    with tempfile.TemporaryDirectory() as name:
        topics = balanced(Path(name) / "in")
        collection = Collection.create(Path(name) / "made", space)
        report = index(collection, space, [Path(name) / "in"])
        ids = collection.catalogue.ids.astype(str).tolist()
        items = [item for item in collection.items(ids) if item.outcome == "ok"]
        vectors = {one.id: vector for one, vector in zip(
            items, collection.vectors([one.id for one in items], "shared"), strict=True)}  # fmt: skip
        queries = [topic.replace("-", " ") for topic in topics]
        asked = encode_queries(space.text, queries)["shared"]
        searcher = Searcher(collection, space)

        def raw(number: int) -> list[str]:
            cosines = [float(vectors[one.id] @ asked[number]) for one in items]
            return [items[place].id for place in np.argsort(cosines)[::-1][:K]]

        def shipped(number: int) -> list[str]:
            values = []
            for one in items:
                background = space.backgrounds[Modality.TEXT, one.modality]
                cosine = float(vectors[one.id] @ asked[number])
                values.append((cosine - background.mean) / background.spread)
            return [items[place].id for place in np.argsort(values)[::-1][:K]]

        def ours(number: int) -> list[str]:
            return [hit.id for hit in searcher.find(queries[number], k=K).hits]

        known = {one.id: one for one in items}
        rows = []
        ways: dict[str, Callable[[int], list[str]]] = {
            "raw cosine": raw, "backgrounds that ship": shipped, "ours, by the centre": ours,
        }  # fmt: skip
        for way, rank in ways.items():
            most, over, fitting, fair = [], 0, 0, Counter[str]()
            for number, topic in enumerate(topics):
                found = [known[id_] for id_ in rank(number)]
                counts = Counter(str(one.modality) for one in found)
                fair.update(counts)
                most.append(max(counts.values()))
                over += most[-1] > K // 2
                fitting += sum(one.path.parent.name == topic for one in found)
            shares = ", ".join(f"{kind} {count / fair.total():.0%}" for kind, count in fair.items())
            rows.append((way, f"{np.mean(most):.1f}", over, fitting, shares))
        print(heading(f"The first {K} hits of {len(topics)} topics, {report.ok} items"))
        print(table(("ranked by", "most of one modality, mean", "over half, topics", "that fit",
                     "shares"), rows))  # fmt: skip


if __name__ == "__main__":
    main()
