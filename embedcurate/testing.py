"""What plugin authors and our own tests share: tiny media, a tiny space, a conformance suite."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.items import Segment
from embedcurate.spaces.encoder import (
    SHARED,
    Encoder,
    ImageEncoder,
    SoundEncoder,
    TextEncoder,
    Vectors,
)
from embedcurate.spaces.tiny import COLOURS, tiny_space

__all__ = ["Shape", "check_encoder", "make_picture", "make_sound", "make_text", "tiny_space"]

Shape: TypeAlias = Literal["disc", "square", "stripes"]


def make_picture(
    path: Path,
    *,
    colour: str = "red",
    shape: Shape = "disc",
    background: str = "white",
    size_px: tuple[int, int] = (96, 64),
) -> Path:
    """Draw a `shape` of a named `colour` and save it in the format of the suffix.

    `colour` and `background` are keys of `embedcurate.spaces.tiny.COLOURS`; `size_px` is
    (width, height). Return `path`.
    """
    from PIL import Image, ImageDraw

    width, height = size_px
    picture = Image.new("RGB", size_px, COLOURS[background])
    draw = ImageDraw.Draw(picture)
    ink = COLOURS[colour]
    if shape == "stripes":
        for left in range(0, width, max(2, width // 4)):
            draw.rectangle((left, 0, left + width // 8, height), fill=ink)
    else:
        outline = (width // 20, height // 20, width - width // 20 - 1, height - height // 20 - 1)
        (draw.ellipse if shape == "disc" else draw.rectangle)(outline, fill=ink)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


def make_sound(
    path: Path,
    *,
    pitch_hz: float = 440.0,
    duration_s: float = 1.0,
    rate_hz: int = 16000,
    channels: int = 1,
) -> Path:
    """Pluck a string tuned to `pitch_hz` and save it in the format of the suffix; 0 Hz is silence.

    The string is Karplus and Strong's (1983): it has overtones and dies away. Return `path`.
    """
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    samples = _pluck(pitch_hz, round(duration_s * rate_hz), rate_hz)
    soundfile.write(path, np.repeat(samples[:, None], channels, axis=1), rate_hz)
    return path


def _pluck(pitch_hz: float, length: int, rate_hz: int) -> NDArray[np.float64]:
    if not pitch_hz:
        return np.zeros(length)
    period = max(2, round(rate_hz / pitch_hz - 0.5))  # the average of neighbours adds half a sample
    string = np.interp(np.arange(period) / period, (0, 0.3, 1), (0, 1, 0))  # lifted, let go
    string -= string.mean()
    turns = []
    for _ in range(-(-length // period)):
        turns.append(string)
        string = 0.998 * (string + np.roll(string, 1)) / 2
    samples = np.concatenate([*turns, np.zeros(0)])[:length]
    return samples * 0.8 / max(float(np.abs(samples).max(initial=0.0)), 1e-9)


def make_text(path: Path, text: str = "A red disc on a white ground.\n") -> Path:
    """Write `text` in UTF-8, whatever the platform. Return `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def check_encoder(encoder: Encoder[Any], media: Sequence[Any] | None = None) -> None:
    """Check that `encoder` keeps what `Encoder` promises; raise `AssertionError` naming the rule.

    `media` are at least three different inputs of its modality, as `encode` takes them; without
    them some are made up. Shipped for authors of plugins: call it in a test.
    """
    media = list(_inputs(encoder) if media is None else media)
    _rule(len(media) >= 3, "the check needs at least three media")
    _rule(bool(encoder.fingerprint), "`fingerprint` must say which weights these are")
    _rule(SHARED in encoder.channels, f"`channels` must have '{SHARED}'")
    _rule(encoder.batch_size >= 1, "`batch_size` must be at least 1")
    together = encoder.encode(media)
    for name, rows in together.items():
        _check_rows(name, rows, len(media), encoder.channels)
    _rule(set(together) == set(encoder.channels), "`encode` must return the channels it declares")

    reversed_batch = encoder.encode(media[::-1])
    alone = [encoder.encode([medium]) for medium in media]
    again = encoder.encode(media)
    empty = encoder.encode([])
    for name, rows in together.items():
        _rule(
            len(np.unique(rows.round(4), axis=0)) > 1,
            f"different media must get different vectors in '{name}'",
        )
        _rule(_same(rows, again[name]), f"the same batch must get the same vectors in '{name}'")
        _rule(
            _same(rows, np.concatenate([one[name] for one in alone])),
            f"a vector in '{name}' must not depend on the size of the batch",
        )
        _rule(
            _same(rows, reversed_batch[name][::-1]),
            f"vectors in '{name}' must be in the order of the batch",
        )
        _rule(
            empty[name].shape == (0, encoder.channels[name]),
            f"an empty batch must give (0, {encoder.channels[name]}) in '{name}'",
        )
    if isinstance(encoder, TextEncoder):
        for text in ("", "word", " \n", "A sentence of words, like this one. " * 300, "x" * 3000):
            _check_passages(text, encoder.passages(text))


def _check_rows(name: str, rows: Vectors, count: int, channels: Mapping[str, int]) -> None:
    _rule(name in channels, f"`encode` returned the channel '{name}' that is not declared")
    _rule(rows.dtype == np.float32, f"vectors in '{name}' must be float32, not {rows.dtype}")
    _rule(
        rows.shape == (count, channels[name]),
        f"{count} media must give ({count}, {channels[name]}) in '{name}', not {rows.shape}",
    )
    _rule(bool(np.isfinite(rows).all()), f"vectors in '{name}' must be finite")
    norms = np.linalg.norm(rows.astype(np.float64), axis=1)
    _rule(bool(np.allclose(norms, 1, atol=1e-4)), f"vectors in '{name}' must have length 1")


def _check_passages(text: str, passages: list[Segment]) -> None:
    _rule(bool(passages), "`passages` must return at least one segment")
    covered = 0
    for passage in passages:
        start, end = int(passage.start), int(passage.end)
        _rule(0 <= start <= end <= len(text), "a passage must lie in its text")
        _rule(not text[covered:start].strip(), "passages must cover all of the text, in order")
        covered = max(covered, end)
    _rule(not text[covered:].strip(), "passages must cover the text to its end")


def _same(one: Vectors, other: Vectors) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=0, atol=1e-5))


def _rule(kept: bool, rule: str) -> None:
    if not kept:
        raise AssertionError(f"{rule[0].upper()}{rule[1:]}.")


def _inputs(encoder: Encoder[Any]) -> list[Any]:
    random = np.random.default_rng(0)
    if isinstance(encoder, ImageEncoder):
        sizes = [(64, 48), (480, 640), (1, 1), (37, 501)]
        return [random.integers(0, 256, (*size, 3), np.uint8) for size in sizes]
    if isinstance(encoder, SoundEncoder):
        rate = encoder.rate_hz
        tones = (_pluck(220, round(encoder.window_s * rate), rate), _pluck(880, rate // 2, rate))
        noise = random.normal(0, 0.1, round(0.7 * encoder.window_s * rate))
        quiet = np.zeros(rate)
        return [sound.astype(np.float32) for sound in (*tones, noise, quiet, quiet[:1], quiet[:0])]
    return ["a red bicycle", "", "Grüße aus 東京 🎈", "the sea at night " * 200]
