"""Waveforms, spectrograms and WAV files of sounds whose samples are known."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from embedcurate.errors import DamagedMedium
from embedcurate.previews import look, stretch
from embedcurate.previews.sounds import levels

RATE_HZ = 16_000


def write(path: Path, samples: np.ndarray, rate_hz: int = RATE_HZ) -> Path:
    soundfile.write(path, samples, rate_hz, subtype="FLOAT" if path.suffix == ".wav" else None)
    return path


def tone(pitch_hz: float, duration_s: float) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * pitch_hz * np.arange(round(duration_s * RATE_HZ)) / RATE_HZ)


@pytest.mark.parametrize("frames", [1, 7, 2000, 54_321, 1_300_001])
@pytest.mark.parametrize("channels", [1, 2])
def test_peaks_are_the_extremes_of_each_stretch(tmp_path, frames, channels) -> None:
    rng = np.random.default_rng(frames)
    samples = rng.uniform(-1, 1, (frames, channels)).astype(np.float32)
    seen = look(write(tmp_path / "noise.wav", samples), columns=500)
    step = -(-frames // 500)
    parts = [samples[at : at + step] for at in range(0, frames, step)]
    assert np.array_equal(seen.peaks, [[part.min(), part.max()] for part in parts])
    assert (seen.duration_s, seen.channels) == (frames / RATE_HZ, channels)
    assert seen.spectrogram.shape[1] <= 1024


def test_a_tone_is_a_line_at_its_pitch_while_it_sounds(tmp_path: Path) -> None:
    samples = np.concatenate([tone(440, 5), np.zeros(5 * RATE_HZ), tone(3000, 5)])
    seen = look(write(tmp_path / "tones.wav", samples))
    rows, columns = seen.spectrogram.shape
    assert np.all(np.diff(seen.frequencies_hz) < 0)  # the highest first
    for at, pitch_hz in ((0.15, 440), (0.85, 3000)):
        column = seen.spectrogram[:, round(at * columns)]
        assert column.max() > 240
        assert abs(np.log2(seen.frequencies_hz[column.argmax()] / pitch_hz)) < 0.15
        assert np.median(column) < 60
    assert seen.spectrogram[:, columns // 2].max() == 0
    assert rows == 128


def test_silence_and_what_is_no_number_can_be_looked_at(tmp_path: Path) -> None:
    silent = look(write(tmp_path / "silent.wav", np.zeros(RATE_HZ)))
    assert (silent.peaks.max(), silent.spectrogram.max()) == (0, 0)
    samples = tone(440, 1)
    samples[100] = np.nan
    odd = look(write(tmp_path / "nan.wav", samples))
    assert np.isfinite(odd.peaks).all()
    assert odd.spectrogram.dtype == np.uint8
    assert levels(tmp_path / "nan.wav", columns=10).dtype == np.uint8


def test_levels_follow_the_loudness_and_of_long_sounds_too(tmp_path: Path) -> None:
    for duration_s in (2.0, 200.0):
        loudness = np.repeat([1.0, 0.5, 0.0, 0.25], round(duration_s * RATE_HZ / 4))
        path = write(tmp_path / "loud.wav", loudness * np.tile([1, -1], len(loudness) // 2))
        assert levels(path, columns=4).tolist() == [255, 128, 0, 64]


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3"])
def test_a_stretch_plays_what_is_there(tmp_path: Path, suffix: str) -> None:
    samples = tone(440, 3) * np.linspace(0, 1, 3 * RATE_HZ)
    path = write(tmp_path / f"tone.{suffix}", np.stack([samples, -samples], axis=1))
    whole, rate_hz = soundfile.read(path)
    part, found_hz = soundfile.read(io.BytesIO(stretch(path, 1.0, 2.0)))
    assert (found_hz, part.shape) == (rate_hz, (RATE_HZ, 2))
    assert np.abs(part - whole[RATE_HZ : 2 * RATE_HZ]).max() < 1e-3
    past, _ = soundfile.read(io.BytesIO(stretch(path, 2.5, 9.0)))
    assert abs(len(past) - (len(whole) - 2.5 * RATE_HZ)) <= 1
    assert len(soundfile.read(io.BytesIO(stretch(path, 9.0, 10.0)))[0]) == 0


def test_of_many_channels_a_player_gets_two(tmp_path: Path) -> None:
    samples = np.repeat(tone(440, 0.1)[:, None], 6, axis=1)
    part, _ = soundfile.read(io.BytesIO(stretch(write(tmp_path / "six.wav", samples), 0, 1)))
    assert part.shape == (1600, 2)
    assert np.abs(part[:, 0] - samples[:, 0]).max() < 1e-4


def test_what_is_no_sound_says_so(tmp_path: Path) -> None:
    (tmp_path / "words.wav").write_text("no sound at all")
    for work in (look, lambda path: levels(path, columns=9), lambda path: stretch(path, 0, 1)):
        with pytest.raises(DamagedMedium):
            work(tmp_path / "words.wav")
