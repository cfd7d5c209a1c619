"""Time what a user waits for before anything happens, and a search once all is warm.

python -m tests.benchmarks.starting --runs 10 --requests 50

Indexes the sample media with the space `starter` into a temporary folder. Cold figures are those of
whole processes, from start to end, their files in the page cache. Warm ones are requests to one
resident `embedcurate worker`, as the window sends them: JSON in, JSON out, each another query.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from embedcurate_resources import FOLDER

from tests.benchmarks.report import heading, table

SAMPLE = FOLDER / "sample" / "media"
PROGRAM = (sys.executable, "-m", "embedcurate")
WORDS = (
    "a bird", "drums", "ocean at night", "a dog on the beach", "steam train", "rain on a window",
    "someone plays the piano", "insects on a flower", "thunder", "how sails work",
)  # fmt: skip


def cold(*arguments: str) -> float:
    """Return the seconds that one command takes, from its start to its end."""
    began = time.perf_counter()
    subprocess.run([*PROGRAM, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def warm(
    collection: Path, kinds: dict[str, Sequence[str]], requests: int
) -> dict[str, list[float]]:
    """Return the seconds of each request to one worker, for each kind of query, the first apart."""
    spent: dict[str, list[float]] = {}
    with subprocess.Popen(
        [*PROGRAM, "worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        for kind, queries in kinds.items():
            for query in [queries[0], *islice(cycle(queries), requests)]:
                arguments = {"collection": str(collection), "query": query, "k": 20}
                began = time.perf_counter()
                worker.stdin.write(
                    json.dumps({"id": 1, "verb": "search", "arguments": arguments}) + "\n"
                )
                answer = json.loads(worker.stdout.readline())
                assert len(answer["result"]["hits"]) == 20, answer
                spent.setdefault(kind, []).append(time.perf_counter() - began)
        worker.stdin.close()
    return spent


def queries() -> dict[str, Sequence[str]]:
    """Return queries of each kind: words, and files of the sample, which are decoded anew."""
    pictures = sorted((SAMPLE / "pictures").rglob("*.jpg"))
    sounds = sorted((SAMPLE / "sounds").rglob("*.ogg"))
    return {
        "words": WORDS,
        "a picture": [f'@"{path}"' for path in pictures],
        "a sound": [f'@"{path}"' for path in sounds],
    }


def rows(collection: Path, runs: int, requests: int) -> Iterator[list[object]]:
    """Measure; yield the table's rows."""
    commands = {
        "embedcurate --help": ["--help"],
        "embedcurate status": ["status", str(collection)],
        "embedcurate search, words": ["search", str(collection), WORDS[0]],
        "embedcurate search, a picture": ["search", str(collection), queries()["a picture"][0]],
    }
    for name, arguments in commands.items():
        yield [name, *_quantiles([cold(*arguments) for _ in range(runs)])]
    for kind, spent in warm(collection, queries(), requests).items():
        yield [f"first request to a worker, {kind}", 1, spent[0] * 1e3, "", ""]
        yield [f"request to a warm worker, {kind}", *_quantiles(spent[1:])]


def _quantiles(spent: Sequence[float]) -> list[object]:
    ms = np.array(spent) * 1e3
    return [len(ms), float(np.median(ms)), float(np.percentile(ms, 99)), float(ms.max())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--requests", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        collection = Path(name) / "collection"
        subprocess.run(
            [*PROGRAM, "index", str(collection), str(SAMPLE), "--progress", "none"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        sys.stdout.write(heading("Starting, and searching the sample media") + "\n\n")
        lines = list(rows(collection, asked.runs, asked.requests))
        sys.stdout.write(table(("", "n", "p50 ms", "p99 ms", "most ms"), lines) + "\n")


if __name__ == "__main__":
    main()
