"""Time indexing against the loop that everybody writes first, and against the encoder alone.

python -m tests.benchmarks.indexing --pictures 500 --sounds 200

The files are the sample media, cut, scaled and grained so that no two agree (`material`), in a
temporary folder; the space is `starter`. The loop decodes a file in full, encodes it and keeps its
vector in memory, one after the other. The encoder alone gets decoded media in full batches: no
pipeline can be faster. Each contender has a process of its own, in which the libraries and weights
are loaded before the clock starts; the start of the decoders, the writing of the collection and its
calibration are within the time. Two parts do not grow with the files, and are told apart: until the
decoders have the first one, and the calibration, once a collection. Torch takes as many threads for
all; on a busy machine the processors' time tells more than the clock.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import soundfile
import soxr
from PIL import Image

from embedcurate.collection import Collection
from embedcurate.indexing import index
from embedcurate.items import Facts, Modality, Segment
from embedcurate.media import decoding
from embedcurate.media.audio import Sound
from embedcurate.media.formats import modality_of
from embedcurate.media.image import Picture
from embedcurate.spaces.pooling import Medium, needs, split
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space
from tests.benchmarks import material
from tests.benchmarks.report import Memory, contend, cpu_s, heading, table

Report: TypeAlias = dict[str, Any]


def ours(folder: Path, files: Sequence[Path], space: Space) -> Report:
    """Index the folder into a new collection."""
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        os.environ["XDG_DATA_HOME"] = name  # what is found once for a space is found here
        collection = Collection.create(Path(name) / "collection", space)
        began = time.perf_counter()
        report = index(collection, space, [folder])
        spent_s = time.perf_counter() - began
    assert report.ok == len(files), report.failures
    assert report.reused == 0, "files that are alike would be encoded once"
    parts = ("waited_s", "encoding_s", "starting_s", "calibrating_s")
    return {"s": spent_s, **{part: getattr(report, part) for part in parts}}


def naive(folder: Path, files: Sequence[Path], space: Space) -> Report:
    """Decode, encode and keep one after the other."""
    vectors = {}
    began = time.perf_counter()
    for path in files:
        inputs = split(_decoded_in_full(path, space), space).inputs
        encoder = space.encoders[_modality(path)]
        vectors[path] = np.mean([encoder.encode([one])["shared"][0] for one in inputs], axis=0)
    return {"s": time.perf_counter() - began}


def encoder(folder: Path, files: Sequence[Path], space: Space) -> Report:
    """Encode what is decoded already, in batches."""
    of = space.encoders[_modality(files[0])]
    inputs: list[Any] = []
    for path in files:
        medium = decoding.decode(path, of.modality, needs(space)).medium
        assert isinstance(medium, Picture | Sound)
        inputs += split(medium, space).inputs
    began = time.perf_counter()
    for start in range(0, len(inputs), of.batch_size):
        of.encode(inputs[start : start + of.batch_size])
    return {"s": time.perf_counter() - began}


CONTENDERS = {work.__name__: work for work in (naive, ours, encoder)}


def _decoded_in_full(path: Path, space: Space) -> Medium:
    if _modality(path) is Modality.IMAGE:
        with Image.open(path) as picture:
            return Picture(np.array(picture.convert("RGB")), Facts(""))
    asked = needs(space)
    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    mono = soxr.resample(samples.mean(axis=1), rate_hz, asked.rate_hz)
    length, hop = (round(span * asked.rate_hz) for span in (asked.window_s, asked.hop_s))
    if len(mono) <= 1.5 * length:
        return Sound(((Segment(0, 1), mono),), Facts(""))
    starts = [*range(0, len(mono) - length, hop), len(mono) - length]
    return Sound(tuple((Segment(0, 1), mono[at : at + length]) for at in starts), Facts(""))


def _modality(path: Path) -> Modality:
    modality = modality_of(path)
    assert modality is not None
    return modality


def compete(folder: Path, contender: str) -> Report:
    """Measure one contender in this process."""
    space = load("starter")
    files = sorted(folder.iterdir())
    encoder = space.encoders[_modality(files[0])]
    encoder.encode(split(_decoded_in_full(files[0], space), space).inputs[:1])
    return measured(lambda: CONTENDERS[contender](folder, files, space))


def measured(work: Callable[[], Report]) -> Report:
    """Do a contender's work; return its report with the memory and the processors' time it took."""
    before_s = cpu_s()
    with Memory() as memory:
        report = work()
    spent_s = cpu_s() - before_s
    return {**report, "cpu_s": spent_s, "mb": memory.own, "decoders_mb": memory.children}


def rows(what: str, count: int, found: Mapping[str, Report]) -> Iterator[list[object]]:
    """Yield the table's rows of the contenders `naive`, `ours` and `encoder` on `count` files."""
    for name, report in found.items():
        fixed = [report.get(part, 0.0) for part in ("starting_s", "calibrating_s")]
        steady_s = report["s"] - sum(fixed)
        parts = [report.get(part, 0.0) / report["s"] for part in ("waited_s", "encoding_s")]
        yield [
            f"{what}, {name}",
            count,
            count / report["s"],
            found["naive"]["s"] / report["s"],
            found["encoder"]["s"] / report["s"],
            *(part or "" for part in fixed),
            count / steady_s,
            found["naive"]["s"] / steady_s,
            *(f"{part:.1%}" if part else "" for part in parts),
            report["cpu_s"] / count,
            report["mb"],
            report["decoders_mb"] or "",
        ]


COLUMNS = (
    "", "n", "items/s", "x naive", "x encoder", "start, s", "calibration, s",
    "without these, items/s", "x naive", "waits", "encodes", "CPU s an item", "MB",
    "MB of decoders",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--sounds", type=int, default=200)
    parser.add_argument("--run", nargs=2, metavar=("CONTENDER", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        contender, folder = asked.run
        sys.stdout.write(json.dumps(compete(Path(folder), contender)))
        return
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        pictures, sounds = Path(name) / "pictures", Path(name) / "sounds"
        if asked.pictures:
            material.make_pictures(pictures, asked.pictures)
        if asked.sounds:
            material.make_sounds(sounds, asked.sounds)
        sys.stdout.write(heading("Indexing with the space starter") + "\n\n")
        folders = [folder for folder in (pictures, sounds) if folder.exists()]
        lines: list[list[object]] = []
        for folder in folders:
            found = {
                name: contend(__spec__.name, "--run", name, str(folder)) for name in CONTENDERS
            }
            lines += rows(folder.name, len(list(folder.iterdir())), found)
        sys.stdout.write(table(COLUMNS, lines) + "\n")


if __name__ == "__main__":
    main()
