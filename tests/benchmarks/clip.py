"""Time CLIP on pictures against the loop that everybody writes first, and measure what that costs.

python -m tests.benchmarks.clip --pictures 500

No trained weights can be had here: the model is an untrained ViT-B-32 of open_clip, its weights
drawn from seed 0, which takes as long as a trained one. The loop opens a file, decodes all of it,
transforms it by open_clip's own transform, and encodes each 32 at once. What is compared indexes
the files into a new collection; the columns are those of `indexing`. Pictures are the sample's, at
12 megapixels and as small as they come (`material`).

The deviation is that of the vectors: cosine between what the loop gives and what our reduced
decoding and our own preprocessing give, beside the cosine of different pictures, as an untrained
model tells them less apart than a trained one. open_clip shows its model a picture as it lies in
the file, ours shows it as the EXIF data turn it: such pictures are compared apart, both ways.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from embedcurate_resources import FOLDER
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from embedcurate.media.image import decode
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.pooling import encode_all
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space
from tests.benchmarks import material
from tests.benchmarks.indexing import COLUMNS, Report, encoder, measured, ours, rows
from tests.benchmarks.report import contend, heading, table

_ARCHITECTURE = "ViT-B-32"
_AT_ONCE = 32


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

    def __init__(self, model: str, *, turning: bool = False) -> None:
        import open_clip

        self._turning = turning
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
            shown = ImageOps.exif_transpose(picture) if self._turning else picture
            return self._transform(shown.convert("RGB"))


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
    return measured(lambda: CONTENDERS[contender](folder, files, space))


def deviations(model: str, files: Sequence[Path]) -> list[list[object]]:
    """Compare our vectors with the loop's; return the table's rows without their first words."""
    space = load(model)
    assert space.image is not None
    pictures = [decode(path, size_px=space.image.size_px).pixels for path in files]
    found = encode_all(space.image, pictures)["shared"]
    lying = Loop(model).encode(files)
    turned = np.array([_is_turned(path) for path in files])
    rows = [["", *_compared(found[~turned], lying[~turned])]]
    if turned.any():
        upright = Loop(model, turning=True).encode([files[row] for row in np.flatnonzero(turned)])
        rows += [
            [", turned by EXIF: open_clip's as it lies", *_compared(found[turned], lying[turned])],
            [", turned by EXIF: open_clip's turned, too", *_compared(found[turned], upright)],
        ]
    return rows


def _is_turned(path: Path) -> bool:
    with Image.open(path) as picture:
        return picture.getexif().get(ExifTags.Base.Orientation, 1) != 1


def _compared(found: Vectors, expected: Vectors) -> list[object]:
    cosines = (found * expected).sum(axis=1)
    others = (expected @ expected.T)[np.triu_indices(len(expected), 1)]
    nearest = (found @ expected.T).argmax(axis=1) == np.arange(len(found))
    apart = [np.median(others), nearest.mean()] if len(others) else []
    # Four digits, which the table would cut: what is told of lies close to 1.
    told = [f"{figure:.4f}" for figure in (np.median(cosines), cosines.min(), *apart)]
    return [len(found), *told, *[""] * (4 - len(told))]


DEVIATIONS = ("", "n", "median cosine", "least", "different pictures", "nearest is its own")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=500, help="of 12 megapixels")
    parser.add_argument("--small", type=int, default=500)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--deviation", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        contender, place, model = asked.run
        sys.stdout.write(json.dumps(compete(model, Path(place), contender)))
        return
    if asked.deviation:
        place, model = asked.deviation
        sys.stdout.write(json.dumps(deviations(model, sorted(Path(place).rglob("*.jpg")))))
        return
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        make_model(Path(name) / "model")
        model = f"clip:local-dir:{Path(name) / 'model'}"
        sys.stdout.write(heading(f"CLIP, {_ARCHITECTURE}, untrained") + "\n\n")
        sample = FOLDER / "sample" / "media" / "pictures"
        folders = {"the sample's": sample}
        lines: list[list[object]] = []
        for what, count, width_px in (
            ("12 megapixels", asked.pictures, 4000),
            ("small", asked.small, None),
        ):
            folder = folders[what] = Path(name) / what
            material.make_pictures(folder, count, widths_px=(width_px,))
            found = {
                contender: contend(__spec__.name, "--run", contender, str(folder), model)
                for contender in CONTENDERS
            }
            lines += rows(what, count, found)
        sys.stdout.write(table(COLUMNS, lines) + "\n\n")
        lines = [
            [f"{what}{more}", *figures]
            for what, folder in folders.items()
            for more, *figures in contend(__spec__.name, "--deviation", str(folder), model)
        ]
        sys.stdout.write(table(DEVIATIONS, lines) + "\n")


if __name__ == "__main__":
    main()
