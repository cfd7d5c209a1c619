"""Fingerprints of sounds follow what is heard, not how it is stored."""

import numpy as np
import pytest
import soundfile
import soxr
from embedcurate_resources import FOLDER
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.fingerprints import audio

SOUNDS = FOLDER / "sample" / "media" / "sounds"
RATE_HZ = 16_000


def sound(name: str) -> np.ndarray:
    samples, rate_hz = soundfile.read(SOUNDS / name, dtype="float32", always_2d=True)
    return soxr.resample(samples.mean(axis=1), rate_hz, RATE_HZ)


def similarity(one: np.ndarray, other: np.ndarray, *, other_hz: int = RATE_HZ) -> float:
    prints = audio.make(one, RATE_HZ), audio.make(other, other_hz)
    return float(audio.similarities([prints[0]], [prints[1]])[0])


def noise(seconds: float, *, seed: int = 0) -> np.ndarray:
    samples = np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))
    return 0.1 * samples.astype(np.float32)


@pytest.mark.parametrize("name", ["strings/violin.ogg", "birds/cuckoo.ogg", "drums/djembe.ogg"])
def test_an_edited_copy_is_near_and_a_candidate(name: str) -> None:
    samples = sound(name)
    quieter = 0.2 * samples
    later = np.pad(samples, (RATE_HZ // 20, 0))
    trimmed = samples[len(samples) // 10 :]
    for copy in (quieter, later, trimmed):
        assert similarity(samples, copy) >= audio.NEAR
        prints = [audio.make(one, RATE_HZ) for one in (samples, copy)]
        assert audio.candidates(prints).tolist() == [[0, 1]]
    resampled = soxr.resample(samples, RATE_HZ, 8_000)
    assert similarity(samples, resampled, other_hz=8_000) >= audio.NEAR


def test_the_rate_that_an_encoder_asked_for_changes_hardly_a_bit() -> None:
    samples = sound("strings/greensleeves-harp.ogg")
    fine = audio.make(soxr.resample(samples, RATE_HZ, 48_000), 48_000)
    assert audio.similarities([audio.make(samples, RATE_HZ)], [fine])[0] > 0.99


def test_other_takes_are_not_near() -> None:
    takes = [
        sound("voices-and-bands/greensleeves-flute.ogg"),
        sound("strings/greensleeves-harp.ogg"),
    ]
    assert similarity(*takes) < 0.2
    assert similarity(noise(5), noise(5, seed=1)) < 0.2


def test_an_excerpt_is_not_near_the_whole() -> None:
    samples = noise(10)
    assert similarity(samples, samples[: 5 * RATE_HZ]) < audio.NEAR
    assert similarity(samples, samples[: 8 * RATE_HZ]) >= audio.NEAR


def test_silence_around_a_sound_makes_no_difference() -> None:
    samples = noise(3)
    assert similarity(samples, np.pad(samples, (2 * RATE_HZ, 5 * RATE_HZ))) > 0.7


def test_silence_has_no_print_so_silences_are_not_near() -> None:
    assert audio.make(np.zeros(RATE_HZ, np.float32), RATE_HZ) == b""
    assert audio.make(np.zeros(0, np.float32), RATE_HZ) == b""
    assert audio.similarities([b""], [b""]).tolist() == [0]


def test_only_the_first_minute_is_looked_at() -> None:
    longer = noise(audio.LONGEST_S + 3)
    minute = round(audio.LONGEST_S * RATE_HZ)
    assert audio.make(longer, RATE_HZ) == audio.make(longer[:minute], RATE_HZ)
    assert len(audio.make(longer, RATE_HZ)) < 4096


@pytest.mark.parametrize("rate_hz", [1, 100, 8_000, 44_100, 192_000])
@pytest.mark.parametrize("length", [1, 2, 50, 5_000])
def test_any_rate_and_length_have_a_print(rate_hz: int, length: int) -> None:
    samples = noise(1)[:length]
    one = audio.make(samples, rate_hz)
    assert len(one) % 4 == 0
    if one:
        assert audio.similarities([one], [one])[0] == 1


def random_print(seed: int, words: int) -> bytes:
    return np.random.default_rng(seed).integers(1, 2**32, words, np.uint32).tobytes()


@given(st.integers(0, 1000), st.integers(20, 200), st.integers(0, 15))
def test_a_shifted_print_is_found_at_its_offset(seed: int, words: int, cut: int) -> None:
    one = random_print(seed, words)
    other = one[4 * min(cut, words // 5) :]
    assert audio.similarities([one, other], [other, one]).tolist() == [1, 1]


def test_random_prints_are_not_near() -> None:
    prints = [random_print(seed, words) for seed, words in enumerate([8, 20, 60, 300] * 25)]
    first, second = np.triu_indices(len(prints), 1)
    similar = audio.similarities([prints[row] for row in first], [prints[row] for row in second])
    assert similar.max() < audio.NEAR
    assert len(audio.candidates(prints)) == 0


def test_neither_order_nor_company_changes_a_similarity() -> None:
    prints = [random_print(seed, words) for seed, words in enumerate([8, 20, 60, 300])]
    prints += [prints[3][40:], prints[2] + prints[1]]
    first, second = ([prints[row] for row in rows] for rows in np.triu_indices(len(prints)))
    together = audio.similarities(first, second)
    np.testing.assert_array_equal(together, audio.similarities(second, first))
    alone = [audio.similarities([a], [b])[0] for a, b in zip(first, second, strict=True)]
    np.testing.assert_allclose(together, alone, atol=1e-6)
