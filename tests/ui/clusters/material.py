"""Ten items in two clusters and noise, as a run of `clusters` keeps them."""

from pathlib import Path

import pyarrow as pa
from embedcurate_ui.items import Items

from embedcurate.collection.results import Results

IDS = [f"{number:032x}" for number in range(12)]
"""Of twelve items; the last two came after the run."""

LABELS = [0, 0, 0, 0, 1, 1, 1, -1, -1, -1]

PARTS = [(10, 11, 2.0, 5), (10, 12, 2.0, 3), (10, 7, 1.0, 1), (10, 8, 1.25, 1)]
POINTS = [(11, 0, 4.0, 1), (11, 1, 4.0, 1), (11, 2, 8.0, 1), (11, 3, 8.0, 1), (11, 9, 2.5, 1),
          (12, 4, 5.0, 1), (12, 5, 5.0, 1), (12, 6, 5.0, 1)]  # fmt: skip
"""The tree: item 9 falls out of the first cluster, and is no member of it."""


def items(ids: list[str] = IDS) -> Items:
    paths = [f"media/{int(id_, 16)}.png" for id_ in ids]
    columns = {"modality": ["image"] * len(ids), "outcome": ["ok"] * len(ids)}
    return Items(pa.table({"id": ids, "path": paths, **columns}))


def tree() -> pa.Table:
    columns = zip(*PARTS, *POINTS, strict=True)
    return pa.table(dict(zip(("parent", "child", "lambda", "size"), columns, strict=True)))


def save_clusters(collection: Path) -> Results:
    results = Results(collection)
    results.save(
        "clusters",
        {
            "items": pa.table(
                {
                    "id": IDS[:10],
                    "cluster": pa.array(LABELS, pa.int32()),
                    "probability": pa.array([1.0] * 10, pa.float32()),
                    "outlier_score": pa.array([0.1] * 7 + [0.5, 0.9, 0.7], pa.float32()),
                }
            ),
            "tree": tree(),
            "clusters": pa.table(
                {
                    "label": pa.array([0, 1], pa.int32()),
                    "name": ["cats", "dogs"],
                    "score": pa.array([5.0, 4.0], pa.float32()),
                    "size": [4, 3],
                    "exemplars": [IDS[2:4], IDS[4:7]],
                    "spread": pa.array([0.25, 0.5], pa.float32()),
                    "given": [False, True],
                }
            ),
        },
        version="1",
        parameters={"min_cluster_size": 3, "modalities": ["image"], "channel": "shared"},
        summary={"clusters": 2, "noise": 3},
        seconds=0.1,
    )
    return results
