"""Real pictures and sounds in any number: the sample media, cut and scaled so that no two agree."""

from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import soundfile
import soxr
from embedcurate_resources import FOLDER
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageOps

__all__ = ["make_pictures", "make_sounds"]

_MEDIA = FOLDER / "sample" / "media"
_WIDTHS_PX = (4000, 2000, 4000, 2000, None)  # 12 and 3 megapixels, and as they are
_GRAIN = 6.0  # standard deviation, of 255: sensors have it, and it is what makes files large
_FORMATS = (("flac", 44_100), ("ogg", 44_100), ("mp3", 44_100), ("wav", 48_000))


def make_pictures(
    folder: Path, count: int, *, widths_px: Sequence[int | None] = _WIDTHS_PX
) -> list[Path]:
    """Write JPEGs as cameras do, from the photographs of the sample, in turn of these widths."""
    folder.mkdir()
    sources = sorted((_MEDIA / "pictures").rglob("*.jpg"))
    grain = Image.effect_noise((4000, 4000), _GRAIN)
    made = []
    for index, source in enumerate(islice(cycle(sources), count)):
        with Image.open(source) as opened:
            picture = opened.convert("RGB")
        turn, place = divmod(index, len(sources))
        width_px = widths_px[(turn + place) % len(widths_px)]
        picture = picture.crop((2 + turn, 2 + turn, picture.width - 1, picture.height - 1))
        if turn % 2:
            picture = ImageOps.mirror(picture)
        if width_px is not None:
            picture = ImageOps.fit(picture, (width_px, width_px * 3 // 4))
            own = grain.crop((0, 0, *picture.size))
            picture = ImageChops.add(picture, Image.merge("RGB", [own] * 3), offset=-128)
        made.append(folder / f"{index:04}.jpg")
        picture.save(made[-1], quality=88)
    return made


def make_sounds(folder: Path, count: int) -> list[Path]:
    """Write stereo files of four formats, from the sounds of the sample."""
    folder.mkdir()
    sources = [_read(path) for path in sorted((_MEDIA / "sounds").rglob("*.ogg"))]
    made = []
    for index, (samples, rate_hz) in enumerate(islice(cycle(sources), count)):
        suffix, to_hz = _FORMATS[index % len(_FORMATS)]
        cut = samples[index // len(sources) * rate_hz // 4 :] * (0.5 + index / count / 2)
        stereo = np.repeat(soxr.resample(cut, rate_hz, to_hz)[:, None], 2, axis=1)
        made.append(folder / f"{index:04}.{suffix}")
        with soundfile.SoundFile(made[-1], "w", to_hz, channels=2) as file:
            # A second at a time: libsndfile's Vorbis overflows the stack on a minute at once.
            for start in range(0, len(stereo), to_hz):
                file.write(stereo[start : start + to_hz])
    return made


def _read(path: Path) -> tuple[NDArray[np.float32], int]:
    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return samples.mean(axis=1), rate_hz
