"""Time CLIP on pictures against the loop that everybody writes first, and measure what that costs.

python -m tests.benchmarks.clip --pictures 500

No trained weights can be had here: the model is an untrained ViT-B-32 of open_clip, its weights
drawn from seed 0, which takes as long as a trained one. The loop opens a file, decodes all of it,
transforms it by open_clip's own transform, and encodes each 32 at once. What is compared indexes
the files into a new collection; the start of the decoders and the calibration, two hundred texts
that take the model as long as about 130 pictures, once a collection, are within the time. Pictures
are the sample's, at 12 megapixels and as small as they come (`material`).

The deviation is that of the vectors: cosine between what the loop gives and what our reduced
decoding and our own preprocessing give, beside the cosine of different pictures, as an untrained
model tells them less apart than a trained one.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from embedcurate_resources import FOLDER
from numpy.typing import NDArray
from PIL import Image

from embedcurate.media.image import decode
from embedcurate.spaces.pooling import encode_all
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space
from tests.benchmarks import material
from tests.benchmarks.indexing import Report, encoder, ours
from tests.benchmarks.report import Memory, contend, heading, table

_ARCHITECTURE = "ViT-B-32"
_AT_ONCE = 32
_SIZES: dict[str, Sequence[int | None]] = {"12 megapixels": (4000,), "small": (None,)}


def make_model(folder: Path) -> None:
    """Save an untrained model in open_clip's format."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    config = {"model_cfg": open_clip.get_model_config(_ARCHITECTURE), "preprocess_cfg": {}}
    network = open_clip.CLIP(**config["model_cfg"])
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    save_file(network.state_dict(), folder / "open_clip_model.safetensors")


class Loop:
    """The loop: open_clip's own model and transform, nothing of ours."""

    def __init__(self, model: str) -> None:
        import open_clip

        name = f"local-dir:{model.removeprefix('clip:').removeprefix('local-dir:')}"
        self._network, _, self._transform = open_clip.create_model_and_transforms(name)
        self._network.eval()

    def encode(self, files: Sequence[Path]) -> NDArray[np.float32]:
        """Return the unit rows of pictures."""
        import torch

        rows = []
        with torch.inference_mode():
            for start in range(0, len(files), _AT_ONCE):
                pixels = [self._opened(path) for path in files[start : start + _AT_ONCE]]
                rows.append(self._network.encode_image(torch.stack(pixels), normalize=True))
        found: NDArray[np.float32] = torch.cat(rows).numpy()
        return found

    def _opened(self, path: Path) -> Any:
        with Image.open(path) as picture:
            return self._transform(picture.convert("RGB"))


def naive(folder: Path, files: Sequence[Path], space: Space) -> Report:
    """Decode and encode, batch by batch."""
    loop = Loop(space.name)
    loop.encode(files[:1])
    began = time.perf_counter()
    loop.encode(files)
    return {"s": time.perf_counter() - began}


CONTENDERS = {work.__name__: work for work in (naive, ours, encoder)}


def compete(model: str, folder: Path, contender: str) -> Report:
    """Measure one contender in this process."""
    space = load(model)
    files = sorted(folder.iterdir())
    assert space.image is not None
    if contender != naive.__name__:
        space.image.encode([decode(files[0], size_px=space.image.size_px).pixels])
    with Memory() as memory:
        report = CONTENDERS[contender](folder, files, space)
    return {**report, "mb": memory.own}


def deviation(model: str, files: Sequence[Path]) -> Report:
    """Compare our vectors with the loop's."""
    space = load(model)
    assert space.image is not None
    pictures = [decode(path, size_px=space.image.size_px).pixels for path in files]
    found = encode_all(space.image, pictures)["shared"]
    expected = Loop(model).encode(files)
    cosines = (found * expected).sum(axis=1)
    others = (expected @ expected.T)[np.triu_indices(len(expected), 1)]
    return {
        "n": len(files),
        "median": float(np.median(cosines)),
        "least": float(cosines.min()),
        "others": float(np.median(others)),
        "first": float(((found @ expected.T).argmax(axis=1) == np.arange(len(files))).mean()),
    }


def rows(model: str, folder: Path) -> Iterator[list[object]]:
    """Measure all contenders on a folder; yield the table's rows."""
    count = len(list(folder.iterdir()))
    found: dict[str, Report] = {
        name: contend(__spec__.name, "--run", name, str(folder), model) for name in CONTENDERS
    }
    for name, report in found.items():
        waits = f"{report['waited_s'] / report['s']:.1%}" if "waited_s" in report else ""
        yield [
            f"{folder.name}, {name}",
            count,
            count / report["s"],
            found["naive"]["s"] / report["s"],
            found["encoder"]["s"] / report["s"],
            waits,
            report["mb"],
        ]


SPEEDS = ("", "n", "pictures/s", "x naive", "x encoder", "model waits", "MB")
DEVIATIONS = ("", "n", "median cosine", "least", "different pictures", "nearest is its own")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--deviation", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        contender, place, model = asked.run
        sys.stdout.write(json.dumps(compete(model, Path(place), contender)))
        return
    if asked.deviation:
        place, model = asked.deviation
        sys.stdout.write(json.dumps(deviation(model, sorted(Path(place).rglob("*.jpg")))))
        return
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        make_model(Path(name) / "model")
        model = f"clip:local-dir:{Path(name) / 'model'}"
        sys.stdout.write(heading(f"CLIP, {_ARCHITECTURE}, untrained") + "\n\n")
        sample = FOLDER / "sample" / "media" / "pictures"
        folders = {"the sample's": sample}
        lines: list[list[object]] = []
        for what, widths_px in _SIZES.items():
            folder = Path(name) / what
            material.make_pictures(folder, asked.pictures, widths_px=widths_px)
            lines += rows(model, folder)
            folders[what] = folder
        sys.stdout.write(table(SPEEDS, lines) + "\n\n")
        found = {
            what: contend(__spec__.name, "--deviation", str(folder), model)
            for what, folder in folders.items()
        }
        # Four digits, which the table would cut: what is told of lies close to 1.
        lines = [[what, *map(_shown, one.values())] for what, one in found.items()]
        sys.stdout.write(table(DEVIATIONS, lines) + "\n")


def _shown(value: float) -> object:
    return value if isinstance(value, int) else f"{value:.4f}"


if __name__ == "__main__":
    main()
