"""Planted copies: real pictures, sounds and texts, edited as people do, among hard negatives.

Files of one family are the same medium, edited; those of two families are not, however alike. A
file's name is FAMILY--EDIT.SUFFIX. Hard negatives are the other pictures of a theme, frames of an
animation, another framing of a photograph; the pieces of a recording; the passages of a text, and
passages that share half of their words.
"""

import importlib.metadata
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import numpy as np
import soundfile
import soxr
from charset_normalizer import from_path
from embedcurate_resources import FOLDER
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter, ImageSequence

__all__ = ["ORIGINAL", "edit_of", "family_of", "plant_pictures", "plant_sounds", "plant_texts"]

ORIGINAL = "original"

_MEDIA = FOLDER / "sample" / "media"
# The sample's own copies, left out; the sounds named long are others, repeated.
_KNOWN_COPIES = ("copy", "small", "crop", "v2", "draft", "lighthouse-2", "waves-on-the-beach")
_PIECE_S = 4
_WORDS = 60


def family_of(path: Path) -> str:
    return path.stem.split("--")[0]


def edit_of(path: Path) -> str:
    return path.stem.split("--")[1]


def _cut(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    width, height = image.size
    return image.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    return image.resize((round(image.width * scale), round(image.height * scale)))


_PICTURE_EDITS: Mapping[str, tuple[Callable[[Image.Image], Image.Image], str, int]] = {
    "jpeg 90": (lambda image: image, "jpg", 90),
    "jpeg 70": (lambda image: image, "jpg", 70),
    "jpeg 50": (lambda image: image, "jpg", 50),
    "webp": (lambda image: image, "webp", 80),
    "resize 0.75": (lambda image: _scaled(image, 0.75), "jpg", 88),
    "resize 0.5": (lambda image: _scaled(image, 0.5), "jpg", 88),
    "crop 5 %": (lambda image: _cut(image, 0.025, 0.025, 0.975, 0.975), "jpg", 88),
    "crop 10 %": (lambda image: _cut(image, 0.05, 0.05, 0.95, 0.95), "jpg", 88),
    "crop 10 % at one side": (lambda image: _cut(image, 0.1, 0, 1, 1), "jpg", 88),
    "crop 10 % each side": (lambda image: _cut(image, 0.1, 0.1, 0.9, 0.9), "jpg", 88),
    "brighter": (lambda image: ImageEnhance.Brightness(image).enhance(1.3), "jpg", 88),
    "darker": (lambda image: ImageEnhance.Brightness(image).enhance(0.7), "jpg", 88),
    "contrast": (lambda image: ImageEnhance.Contrast(image).enhance(1.3), "jpg", 88),
    "blur": (lambda image: image.filter(ImageFilter.GaussianBlur(2)), "jpg", 88),
}


def plant_pictures(folder: Path, *, edited: int = 100) -> None:
    """Write the sample's pictures, with the edits of some, and frames and framings."""
    folder.mkdir(parents=True)
    found = sorted(path for path in (_MEDIA / "pictures").rglob("*.*") if not _is_copy(path))
    step = max(1, len(found) // edited)
    for number, path in enumerate(found):
        with Image.open(path) as opened:
            frames = [_opaque(frame) for frame in ImageSequence.Iterator(opened)]
        family = f"{path.parent.name}-{path.stem}-{path.suffix[1:]}"
        for place, frame in enumerate(frames[1 : 1 + 6 * 3 : 3]):
            if np.abs(_grey(frame) - _grey(frames[0])).mean() > 2:
                frame.save(folder / f"{family}-frame-{place}--{ORIGINAL}.png")
        image = frames[0]
        image.save(folder / f"{family}--{ORIGINAL}.png")
        if number % step:
            continue
        for name, (edit, suffix, quality) in _PICTURE_EDITS.items():
            edit(image).save(folder / f"{family}--{name}.{suffix}", quality=quality)
        _cut(image, 0, 0, 0.6, 0.6).save(folder / f"{family}-framing--{ORIGINAL}.png")


def _is_copy(path: Path) -> bool:
    return path.stem.endswith(_KNOWN_COPIES)


def _opaque(image: Image.Image) -> Image.Image:
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(white, rgba).convert("RGB")


def _grey(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image.convert("L").resize((64, 64)), np.float32)


Samples = NDArray[np.float32]


def _at(samples: Samples, rate_hz: int, to_hz: int) -> Samples:
    resampled: Samples = soxr.resample(samples, rate_hz, to_hz)
    return resampled


_SOUND_EDITS: Mapping[str, tuple[Callable[[Samples, int], tuple[Samples, int]], str, float]] = {
    "mp3": (lambda samples, rate: (samples, rate), "mp3", 0.5),
    "mp3, low bitrate": (lambda samples, rate: (samples, rate), "mp3", 0.99),
    "ogg, low bitrate": (lambda samples, rate: (samples, rate), "ogg", 0.99),
    "22 kHz": (lambda samples, rate: (_at(samples, rate, 22_050), 22_050), "wav", 0),
    "8 kHz": (lambda samples, rate: (_at(samples, rate, 8_000), 8_000), "wav", 0),
    "quieter": (lambda samples, rate: (samples * 0.2, rate), "flac", 0.5),
    "50 ms later": (lambda samples, rate: (np.pad(samples, (rate // 20, 0)), rate), "flac", 0.5),
    "50 ms cut": (lambda samples, rate: (samples[rate // 20 :], rate), "flac", 0.5),
    "trimmed": (lambda samples, rate: (_trimmed(samples), rate), "flac", 0.5),
    "noise": (lambda samples, rate: (_noisy(samples), rate), "flac", 0.5),
}


def _trimmed(samples: Samples) -> Samples:
    """Take away a tenth at the start and a twentieth at the end."""
    return samples[len(samples) // 10 : len(samples) - len(samples) // 20]


def _noisy(samples: Samples) -> Samples:
    """Add white noise 30 dB below the sound."""
    noise = np.random.default_rng(0).standard_normal(len(samples)).astype(np.float32)
    return samples + noise * float(samples.std()) * np.float32(0.03)


def plant_sounds(folder: Path) -> None:
    """Write the sample's sounds with their edits, the longer ones also in pieces."""
    folder.mkdir(parents=True)
    for path in sorted((_MEDIA / "sounds").rglob("*.*")):
        if _is_copy(path) or path.suffix in (".m4a",):
            continue
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        mono = samples.mean(axis=1)
        family = f"{path.parent.name}-{path.stem}"
        if (folder / f"{family}--{ORIGINAL}.flac").exists():
            continue  # the sample has it in two formats
        _write(folder / f"{family}--{ORIGINAL}.flac", mono, rate_hz)
        for name, (edit, suffix, level) in _SOUND_EDITS.items():
            _write(folder / f"{family}--{name}.{suffix}", *edit(mono, rate_hz), level=level)
        length = _PIECE_S * rate_hz
        for number, start in enumerate(range(0, len(mono) - length + 1, length)):
            if len(mono) >= 2 * length and not path.stem.startswith("long"):
                piece = mono[start : start + length]
                _write(folder / f"{family}-piece-{number}--{ORIGINAL}.flac", piece, rate_hz)


def _write(path: Path, samples: Samples, rate_hz: int, *, level: float = 0.5) -> None:
    compressed = {} if path.suffix == ".wav" else {"compression_level": level}
    with soundfile.SoundFile(path, "w", rate_hz, 1, **compressed) as file:
        # A second at a time: libsndfile's Vorbis overflows the stack on a minute at once.
        for start in range(0, len(samples), rate_hz):
            file.write(samples[start : start + rate_hz])


def _replaced(words: Sequence[str], share: float, chance: Random, lexicon: Sequence[str]) -> str:
    changed = list(words)
    for place in chance.sample(range(len(words)), round(share * len(words))):
        changed[place] = chance.choice(lexicon)
    return " ".join(changed)


def plant_texts(folder: Path, *, passages: int = 1) -> None:
    """Write passages of the sample's texts and of what packages say of themselves, and edits."""
    folder.mkdir(parents=True)
    found = sorted((_MEDIA / "texts").rglob("*.txt")) + sorted((_MEDIA / "texts").rglob("*.md"))
    texts = {path.stem: str(from_path(path).best()) for path in found if not _is_copy(path)}
    for package in importlib.metadata.distributions():
        # Packages of one vendor all say the same.
        if not package.name.startswith("nvidia"):
            texts[package.name] = str(package.metadata.get_payload())
    lexicon = sorted({word for text in texts.values() for word in re.findall(r"[a-z]{3,}", text)})
    seen = set()
    for name, text in sorted(texts.items()):
        for place, passage in enumerate(_passages(text, passages)):
            if passage not in seen:
                _plant_passage(folder, f"{name}-{place}", passage, lexicon)
            seen.add(passage)


def _passages(text: str, most: int) -> Iterator[str]:
    words = text.split()
    for start in range(0, min(len(words) - _WORDS // 2, most * _WORDS), _WORDS):
        yield " ".join(words[start : start + _WORDS])


def _plant_passage(folder: Path, family: str, passage: str, lexicon: Sequence[str]) -> None:
    chance = Random(family)
    words = passage.split()
    fewer = [word for place, word in enumerate(words) if place % 20 != 10]
    edits = {
        "white space": "  \n".join(words),
        "case": passage.upper(),
        "punctuation": re.sub(r"[.,;:!?]+(?=\s|$)", "", passage),
        "5 % replaced": _replaced(words, 0.05, chance, lexicon),
        "5 % left out": " ".join(fewer),
    }
    for name, text in {ORIGINAL: passage, **edits}.items():
        (folder / f"{family}--{name}.txt").write_text(text, "utf-8")
    half = _replaced(words, 0.5, chance, lexicon)
    (folder / f"{family}-half--{ORIGINAL}.txt").write_text(half, "utf-8")
