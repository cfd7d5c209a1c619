"""The conformance suite of encoders."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embedcurate.items import Modality, Segment
from embedcurate.spaces.encoder import (
    SHARED,
    Encoder,
    FileEncoder,
    ImageEncoder,
    SoundEncoder,
    TextEncoder,
    Vectors,
)
from embedcurate.testing.media import pluck

__all__ = ["PATHS", "check_encoder", "inputs", "rule", "same"]


def check_encoder(encoder: Encoder[Any], media: Sequence[Any] | None = None) -> None:
    """Check that `encoder` keeps what `Encoder` promises; raise `AssertionError` naming the rule.

    `media` are at least three different inputs of its modality, as `encode` takes them; without
    them some are made up. Shipped for authors of plugins: call it in a test.
    """
    media = list(inputs(encoder) if media is None else media)
    rule(len(media) >= 3, "the check needs at least three media")
    rule(bool(encoder.fingerprint), "`fingerprint` must say which weights these are")
    rule(SHARED in encoder.channels, f"`channels` must have '{SHARED}'")
    rule(encoder.batch_size >= 1, "`batch_size` must be at least 1")
    together = encoder.encode(media)
    for name, rows in together.items():
        _check_rows(name, rows, len(media), encoder.channels)
    rule(set(together) == set(encoder.channels), "`encode` must return the channels it declares")

    reversed_batch = encoder.encode(media[::-1])
    alone = [encoder.encode([medium]) for medium in media]
    again = encoder.encode(media)
    empty = encoder.encode([])
    for name, rows in together.items():
        rule(
            len(np.unique(rows.round(4), axis=0)) > 1,
            f"different media must get different vectors in '{name}'",
        )
        rule(same(rows, again[name]), f"the same batch must get the same vectors in '{name}'")
        rule(
            same(rows, np.concatenate([one[name] for one in alone])),
            f"a vector in '{name}' must not depend on the size of the batch",
        )
        rule(
            same(rows, reversed_batch[name][::-1]),
            f"vectors in '{name}' must be in the order of the batch",
        )
        rule(
            empty[name].shape == (0, encoder.channels[name]),
            f"an empty batch must give (0, {encoder.channels[name]}) in '{name}'",
        )
    if isinstance(encoder, TextEncoder):
        for name, rows in encoder.encode_queries(media).items():
            _check_rows(name, rows, len(media), encoder.channels)
        for text in ("", "word", " \n", "A sentence of words, like this one. " * 300, "x" * 3000):
            _check_passages(text, encoder.passages(text))


def _check_rows(name: str, rows: Vectors, count: int, channels: Mapping[str, int]) -> None:
    rule(name in channels, f"`encode` returned the channel '{name}' that is not declared")
    rule(rows.dtype == np.float32, f"vectors in '{name}' must be float32, not {rows.dtype}")
    rule(
        rows.shape == (count, channels[name]),
        f"{count} media must give ({count}, {channels[name]}) in '{name}', not {rows.shape}",
    )
    rule(bool(np.isfinite(rows).all()), f"vectors in '{name}' must be finite")
    norms = np.linalg.norm(rows.astype(np.float64), axis=1)
    rule(bool(np.allclose(norms, 1, atol=1e-4)), f"vectors in '{name}' must have length 1")


def _check_passages(text: str, passages: list[Segment]) -> None:
    rule(bool(passages), "`passages` must return at least one segment")
    covered = 0
    for passage in passages:
        start, end = int(passage.start), int(passage.end)
        rule(0 <= start <= end <= len(text), "a passage must lie in its text")
        rule(not text[covered:start].strip(), "passages must cover all of the text, in order")
        covered = max(covered, end)
    rule(not text[covered:].strip(), "passages must cover the text to its end")


def same(one: Vectors, other: Vectors) -> bool:
    """Tell whether two arrays of vectors are the same to 1e-5."""
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=0, atol=1e-5))


def rule(kept: bool, said: str) -> None:
    """Raise `AssertionError` with what a rule says if it is not kept."""
    if not kept:
        raise AssertionError(f"{said[0].upper()}{said[1:]}.")


PATHS = {
    modality: [Path(f"/{number}{suffix}") for number in range(4)]
    for modality, suffix in zip(Modality, (".png", ".txt", ".wav"), strict=True)
}
"""The files that a `FileEncoder` is asked for: its table must have those of its modality."""


def inputs(encoder: Encoder[Any]) -> list[Any]:
    """Return different media of an encoder's modality, the same each time."""
    random = np.random.default_rng(0)
    if isinstance(encoder, FileEncoder):
        return list(PATHS[encoder.modality])
    if isinstance(encoder, ImageEncoder):
        sizes = [(64, 48), (480, 640), (1, 1), (37, 501)]
        return [random.integers(0, 256, (*size, 3), np.uint8) for size in sizes]
    if isinstance(encoder, SoundEncoder):
        rate = encoder.rate_hz
        tones = (pluck(220, round(encoder.window_s * rate), rate), pluck(880, rate // 2, rate))
        noise = random.normal(0, 0.1, round(0.7 * encoder.window_s * rate))
        quiet = np.zeros(rate)
        return [sound.astype(np.float32) for sound in (*tones, noise, quiet, quiet[:1], quiet[:0])]
    return ["a red bicycle", "", "Grüße aus 東京 🎈", "the sea at night " * 200]
