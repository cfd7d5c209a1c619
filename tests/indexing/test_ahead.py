"""How far ahead of the model files are decoded."""

from concurrent.futures import Future
from pathlib import Path

import numpy as np

from embedcurate.indexing.ahead import Ahead
from embedcurate.items import Facts, Found, Modality, Segment
from embedcurate.media.audio import Sound
from embedcurate.media.pool import Pending

MB = 1 << 20


def filled(ahead: Ahead, modality: Modality, size: int) -> int:
    """Start files of `size` bytes until it is full; return how many."""
    for number in range(1000):
        if ahead.is_full:
            return number
        path = Path(f"{number}.wav")
        ahead.add(Found(path, modality, size, 0), Pending(path, modality, Future()))
    raise AssertionError("it never is full")


def test_pictures_and_short_sounds_are_bounded_by_their_number() -> None:
    assert filled(Ahead(), Modality.IMAGE, 30 * MB) == 48
    assert filled(Ahead(), Modality.AUDIO, 100_000) == 48


def test_long_sounds_are_bounded_by_their_memory() -> None:
    assert filled(Ahead(), Modality.AUDIO, 8 * MB) == 8
    assert filled(Ahead(), Modality.AUDIO, 1000 * MB) == 4


def test_what_a_packed_sound_took_is_expected_of_those_after_it() -> None:
    ahead = Ahead()
    samples = np.zeros(10 * MB, np.float32)
    sound = Sound(((Segment(0, 1), samples),), Facts(""))
    ahead.learn(Found(Path("a.mp3"), Modality.AUDIO, 2 * MB, 0), sound)
    assert filled(ahead, Modality.AUDIO, 2 * MB) == 7  # of 40 MiB each
    assert ahead.take()[0].path == Path("0.wav")
