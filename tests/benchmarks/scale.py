"""Time what analyses rest on against the usual ways to do it, with the memory that each takes.

python -m tests.benchmarks.scale --what pairs neighbours farthest clusters map --n 10000 100000
python -m tests.benchmarks.scale --plot

Prints a table for each kind of work and size, and keeps the figures in a file from which `--plot`
draws cost against size. Each method runs in a process of its own, once, after the same on a few
rows so that nothing is compiled meanwhile. Methods that would take too long are timed on a part of
the work and scaled up; they are marked "(part)".
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.clusters import hdbscan_on_graph
from embedcurate.neighbours import all_pairs, nearest_neighbours
from embedcurate.projection import principal_components, trustworthiness, umap_layout
from embedcurate.sampling.farthest import coverage, farthest_points
from tests.benchmarks.planted import clusters_of, open_planted, planted_pairs, write_planted
from tests.benchmarks.report import Memory, contend, heading, table
from tests.benchmarks.scaling import draw

THRESHOLD = 0.95
NEIGHBOURS = 15
HEIGHT, WIDTH = 1024, 8192
PART = 10_240
PICKS = 200
FEW = 5_000
CLUSTER = 20

Vectors: TypeAlias = NDArray[np.float32]
Facts: TypeAlias = dict[str, float | int | str]
Method: TypeAlias = Callable[[Vectors, Path], Facts]
"""Does the work for all rows and returns what it found; `s` among that replaces its time."""


def pairs_ours(vectors: Vectors, folder: Path, exact: bool | None = None) -> Facts:
    found = all_pairs(vectors, THRESHOLD, exact=exact)
    facts = planted_recall(found.left, found.right, len(vectors), folder)
    return facts | {"stated recall": found.recall}


def pairs_by_lists(vectors: Vectors, folder: Path) -> Facts:
    return pairs_ours(vectors, folder, exact=False)


def pairs_by_products(vectors: Vectors, folder: Path) -> Facts:
    products = np.empty(HEIGHT * WIDTH, np.float32)
    found = []
    for top in range(0, len(vectors), HEIGHT):
        left = vectors[top : top + HEIGHT]
        for start in range(top, len(vectors), WIDTH):
            right = vectors[start : start + WIDTH]
            tile = products[: len(left) * len(right)].reshape(len(left), len(right))
            np.matmul(left, right.T, out=tile)
            down, across = np.nonzero(tile >= THRESHOLD)
            found.append(np.stack([down + top, across + start]))
    left, right = np.concatenate(found, axis=1)
    upper = left < right
    facts = planted_recall(left[upper], right[upper], len(vectors), folder)
    return facts | {"stated recall": 1.0}


def pairs_by_faiss(vectors: Vectors, folder: Path) -> Facts:
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.asarray(vectors))
    starts, _, right = index.range_search(np.asarray(vectors), THRESHOLD)
    left = np.repeat(np.arange(len(vectors)), np.diff(starts.astype(np.int64)))
    upper = left < right
    facts = planted_recall(left[upper], right[upper], len(vectors), folder)
    return facts | {"stated recall": 1.0}


def planted_recall(
    left: NDArray[np.integer], right: NDArray[np.integer], n: int, folder: Path
) -> Facts:
    codes = left.astype(np.int64) * n + right
    if not (folder / "pairs.npy").exists():
        return {"pairs": len(codes)}
    wanted = planted_pairs(folder)
    share = np.isin(wanted[0] * n + wanted[1], codes).mean()
    return {"pairs": len(codes), "planted recall": float(share)}


def neighbours_ours(vectors: Vectors, folder: Path) -> Facts:
    return {"recall": nearest_neighbours(vectors, NEIGHBOURS).recall}


def neighbours_by_products(vectors: Vectors, folder: Path) -> Facts:
    rows = min(PART, len(vectors))
    began = time.perf_counter()
    for top in range(0, rows, 512):
        products = vectors[top : min(top + 512, rows)] @ vectors.T
        near = np.argpartition(products, -NEIGHBOURS - 1, axis=1)[:, -NEIGHBOURS - 1 :]
        values = np.take_along_axis(products, near, axis=1)
        np.take_along_axis(near, np.argsort(-values, axis=1), axis=1)
    return {"s": (time.perf_counter() - began) * len(vectors) / rows, "recall": 1.0}


def farthest_ours(vectors: Vectors, folder: Path) -> Facts:
    size = max(len(vectors) // 100, 2)
    picked = farthest_points(vectors, size)
    if (folder / "picks.npy").exists():
        same = float((np.load(folder / "picks.npy") == picked.rows[:PICKS]).mean())
        return {"picks": size, "radius": picked.radius, "same picks": same}
    return {"picks": size, "radius": picked.radius, "same picks": ""}


def farthest_by_products(vectors: Vectors, folder: Path) -> Facts:
    size = max(len(vectors) // 100, 2)
    count = min(PICKS, size)
    began = time.perf_counter()
    rows = [int(farthest_points(vectors, 1).rows[0])]
    near = vectors @ vectors[rows[0]]
    for _ in range(count - 1):
        near[rows[-1]] = np.inf
        rows.append(int(near.argmin()))
        np.maximum(near, vectors @ vectors[rows[-1]], out=near)
    took = time.perf_counter() - began
    if folder.exists():
        np.save(folder / "picks.npy", rows)
    whole = count == size
    radius = float(coverage(vectors, np.array(rows)).max()) if whole else ""
    return {"s": took * size / count, "picks": size, "radius": radius, "same picks": 1.0}


def clusters_ours(vectors: Vectors, folder: Path) -> Facts:
    graph = nearest_neighbours(vectors, NEIGHBOURS)
    found = hdbscan_on_graph(graph, vectors, min_cluster_size=CLUSTER)
    return agreement(found.labels, folder) | {"graph recall": graph.recall}


def clusters_by_hdbscan(vectors: Vectors, folder: Path) -> Facts:
    from hdbscan import HDBSCAN

    labels = HDBSCAN(min_cluster_size=CLUSTER, min_samples=5).fit_predict(vectors)
    return agreement(labels, folder) | {"graph recall": 1.0}


def agreement(labels: NDArray[np.integer], folder: Path) -> Facts:
    from sklearn.metrics import adjusted_rand_score

    facts: Facts = {"clusters": int(labels.max()) + 1, "noise": float((labels < 0).mean())}
    if (folder / "clusters.npy").exists():
        facts["ARI"] = float(adjusted_rand_score(clusters_of(folder), labels))
    return facts


def map_ours(vectors: Vectors, folder: Path) -> Facts:
    graph = nearest_neighbours(vectors, NEIGHBOURS)
    return keep_map(umap_layout(graph, principal_components(vectors)), folder)


def map_by_components(vectors: Vectors, folder: Path) -> Facts:
    return keep_map(principal_components(vectors), folder)


def map_by_umap(vectors: Vectors, folder: Path) -> Facts:
    from umap import UMAP

    return keep_map(UMAP(n_neighbors=NEIGHBOURS).fit_transform(vectors), folder)


def keep_map(xy: NDArray[np.float32], folder: Path) -> Facts:
    if folder.exists():
        np.save(folder / "map.npy", xy)
    return {}


@dataclass(frozen=True, slots=True)
class Work:
    """The ways to do one kind of work, and up to how many rows each is tried."""

    title: str
    methods: dict[str, tuple[Method, int]]


EVER = 10**9
WORKS = {
    "pairs": Work(
        f"All pairs of cosine {THRESHOLD} or more",
        {
            "faiss range_search": (pairs_by_faiss, 100_000),
            "blocked float32 products": (pairs_by_products, 200_000),
            "ours": (pairs_ours, EVER),
            "ours, by lists": (pairs_by_lists, 200_000),
        },
    ),
    "neighbours": Work(
        f"The {NEIGHBOURS} nearest neighbours of each row",
        {
            "blocked float32 products (part)": (neighbours_by_products, EVER),
            "ours": (neighbours_ours, EVER),
        },
    ),
    "farthest": Work(
        "Farthest points, one row in 100",
        {
            "one product a pick (part)": (farthest_by_products, EVER),
            "ours": (farthest_ours, EVER),
        },
    ),
    "clusters": Work(
        "Clusters, from the vectors",
        {
            "hdbscan.HDBSCAN": (clusters_by_hdbscan, 10_000),
            "ours": (clusters_ours, EVER),
        },
    ),
    "map": Work(
        "A map, from the vectors",
        {
            "umap.UMAP": (map_by_umap, 200_000),
            "ours": (map_ours, EVER),
            "ours, principal components": (map_by_components, EVER),
        },
    ),
}


def run(what: str, method: str, folder: Path) -> dict[str, Any]:
    """Do one kind of work in one way; return time, memory and what it found."""
    work, _ = WORKS[what].methods[method]
    vectors = open_planted(folder)
    work(vectors[:FEW], folder / "none")
    if what in ("neighbours", "clusters", "map"):
        nearest_neighbours(vectors[:FEW], NEIGHBOURS, exact=False)
    with Memory() as memory:
        began, began_cpu = time.perf_counter(), time.process_time()
        facts = work(vectors, folder)
        took, took_cpu = time.perf_counter() - began, time.process_time() - began_cpu
    report = {"s": took, "cpu s": took_cpu, "peak MB": memory.own} | facts
    if what == "map":
        report["trust"] = trustworthiness(vectors, np.load(folder / "map.npy"))
    return report


def out(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def compare(what: str, n: int, d: int) -> Iterator[dict[str, Any]]:
    """Run all ways on the same rows, print a table, and yield the figures."""
    out(heading(f"\n{WORKS[what].title}, {n:,} x {d}"))
    with tempfile.TemporaryDirectory() as name:
        write_planted(Path(name), n, d)
        size_mb = n * d * 4 / 1e6
        reports = {
            method: contend(
                __spec__.name, "--run", method, "--what", what, "--folder", name, "--n", str(n)
            )
            for method, (_, most) in WORKS[what].methods.items()
            if n <= most
        }
    columns = list(dict.fromkeys(key for report in reports.values() for key in report))
    ours = reports["ours"]["s"]
    rows = [
        [method, *(report.get(column, "") for column in columns), report["s"] / ours]
        for method, report in reports.items()
    ]
    out(table([what, *columns, "x ours"], rows))
    out(f"peak memory includes the {size_mb:,.0f} MB of vectors, which are mapped")
    for method, report in reports.items():
        yield {"what": what, "method": method, "n": n, "d": d, **report}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--what", choices=WORKS, nargs="+", default=list(WORKS))
    parser.add_argument("--n", type=int, nargs="+", default=[10_000])
    parser.add_argument("--d", type=int, default=512)
    parser.add_argument("--saved", type=Path, default=Path("scaling.json"), help="the figures")
    parser.add_argument("--plot", action="store_true", help="draw the figures that were saved")
    parser.add_argument("--picture", type=Path, default=Path("resources/scaling.svg"))
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        sys.stdout.write(json.dumps(run(asked.what[0], asked.run, asked.folder)))
        return
    saved = json.loads(asked.saved.read_text()) if asked.saved.exists() else []
    if asked.plot:
        draw(saved, {what: work.title for what, work in WORKS.items()}, asked.picture)
        return
    for what in asked.what:
        for n in asked.n:
            for report in compare(what, n, asked.d):
                same = ("what", "method", "n", "d")
                saved = [old for old in saved if any(old[key] != report[key] for key in same)]
                saved.append(report)
            asked.saved.write_text(json.dumps(saved, indent=1))


if __name__ == "__main__":
    main()
