"""What is measured of sounds has known answers, in one part or in many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import butter, sosfiltfilt

from embedcurate.figures.audio import Meter, measure
from embedcurate.items import FIGURES, Modality

RATE = 16_000


def tone(*, level: float = 0.5, pitch_hz: float = 440.0, seconds: float = 2.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * pitch_hz * time)).astype(np.float32)


def noise(seed: int = 0, *, level: float = 0.1, seconds: float = 2.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (level * random.standard_normal(round(seconds * RATE))).astype(np.float32)


def of(*channels: np.ndarray, rate_hz: int = RATE) -> dict[str, float]:
    return measure(np.stack(channels, axis=1), rate_hz)


def test_the_levels_of_a_sine_are_its_own() -> None:
    figures = of(tone(level=0.5))
    assert figures["peak"] == pytest.approx(0.5, abs=1e-3)
    assert figures["rms_db"] == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.01)
    assert figures["dc_offset"] == pytest.approx(0, abs=1e-4)


def test_silence_is_a_share_of_the_time() -> None:
    assert of(np.zeros(RATE, np.float32))["silence"] == 1
    assert of(np.concatenate([tone(), np.zeros(2 * RATE, np.float32)]))["silence"] == 0.5
    assert of(tone(level=0.0005))["silence"] == 1  # below -60 dB
    assert of(tone(level=0.002))["silence"] == 0


def test_a_channel_that_plays_breaks_the_silence_of_the_other() -> None:
    assert of(np.zeros(2 * RATE, np.float32), tone())["silence"] == 0


def test_clipping_is_a_plateau_and_not_a_level() -> None:
    clipped = np.clip(tone(level=1.3), -1, 1)
    share = float((np.abs(clipped) >= 0.999).mean())
    near = float(((np.abs(clipped) >= 0.98) & (np.abs(clipped) < 0.999)).mean())
    plateaus = 4 * 440 / RATE / 2  # each has a first sample that follows none
    assert of(clipped)["clipping"] == pytest.approx(share - near - plateaus, abs=5e-3)
    assert of(0.3 * clipped)["clipping"] == of(clipped)["clipping"]  # turned down afterwards
    for pitch_hz in (30, 440, 3000):
        assert of(tone(level=1.0, pitch_hz=pitch_hz))["clipping"] == 0
    assert of(noise())["clipping"] == 0


def test_a_constant_added_is_the_offset_of_the_worst_channel() -> None:
    assert of(tone(), tone() - 0.2)["dc_offset"] == pytest.approx(0.2, abs=1e-3)


def test_balance_is_in_decibels_and_has_a_side() -> None:
    assert of(tone(), 0.1 * tone())["balance_db"] == pytest.approx(20, abs=0.01)
    assert of(0.1 * tone(), tone())["balance_db"] == pytest.approx(-20, abs=0.01)
    assert of(tone(), np.zeros(2 * RATE, np.float32))["balance_db"] > 100


def test_the_side_says_what_two_channels_differ_in() -> None:
    assert of(noise(), noise())["side_db"] < -90
    assert of(noise(0), noise(1))["side_db"] == pytest.approx(0, abs=0.2)
    nearly = noise(0) + np.float32(0.002) * noise(1)
    assert of(noise(0), nearly)["side_db"] == pytest.approx(20 * np.log10(0.001), abs=0.5)


def test_only_two_channels_have_a_balance() -> None:
    assert not {"balance_db", "side_db"} & set(of(tone()))
    assert not {"balance_db", "side_db"} & set(of(tone(), tone(), tone()))


@pytest.mark.parametrize("cut_hz", [2000, 4000, 6000])
def test_a_filters_edge_is_found_where_it_is(cut_hz: int) -> None:
    filtered = sosfiltfilt(butter(24, cut_hz, fs=RATE, output="sos"), noise(seconds=5))
    found = of(filtered.astype(np.float32))["bandwidth_hz"]
    assert found == pytest.approx(cut_hz, rel=0.15)


def test_noise_of_any_colour_has_no_edge() -> None:
    assert of(noise())["bandwidth_hz"] == RATE / 2
    spectrum = np.fft.rfft(noise(seconds=5))
    spectrum[1:] /= np.arange(1, len(spectrum))  # 6 dB an octave
    brown = np.fft.irfft(spectrum).astype(np.float32)
    assert of(brown / np.abs(brown).max())["bandwidth_hz"] == RATE / 2


@given(st.lists(st.integers(1, 4 * RATE - 1), max_size=4))
@settings(max_examples=20, deadline=None)
def test_parts_come_to_the_same_as_the_whole(cuts: list[int]) -> None:
    sound = np.stack([tone(seconds=4), np.clip(tone(level=1.3, seconds=4), -1, 1)], axis=1)
    whole = measure(sound, RATE)
    meter = Meter(RATE)
    for part in np.split(sound, sorted(cuts)):
        meter.add(part)
    found = meter.figures()
    for name in ("peak", "rms_db", "dc_offset", "balance_db", "side_db", "silence"):
        assert found[name] == pytest.approx(whole[name], abs=1e-3)


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(0, 3000), st.integers(1, 3)),
        elements=st.floats(-1.5, 1.5, width=32),
    ),
    st.sampled_from([1, 8000, 48000]),
)
@settings(deadline=None)
def test_any_sound_has_finite_figures_within_their_bounds(samples: np.ndarray, rate: int) -> None:
    figures = measure(samples, rate, played=0.5)
    assert np.isfinite([*figures.values()]).all()
    assert set(figures) <= set(FIGURES[Modality.AUDIO])
    assert figures["played"] == 0.5
    if len(samples):
        assert 0 <= figures["silence"] <= 1
        assert 0 <= figures["clipping"] <= 1
        assert -120 <= figures["rms_db"] < 5
