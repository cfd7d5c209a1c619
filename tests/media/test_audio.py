import tracemalloc
from contextlib import suppress
from itertools import pairwise

import av
import numpy as np
import pytest
import soundfile

from embedcurate.errors import DamagedMedium, MediaError
from embedcurate.media.audio import decode
from embedcurate.media.limits import MAX_WINDOWS

NEEDS = {"rate_hz": 16_000, "window_s": 3.0, "hop_s": 1.5}


def _sweep(seconds, rate_hz, channels=1):
    """A tone whose pitch says the time: 200 Hz at the start, 40 Hz more each second."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    tone = 0.5 * np.sin(2 * np.pi * (200 * t + 20 * t**2))
    return np.repeat(tone[:, None], channels, 1).astype(np.float32)


def _pitch_hz(samples, rate_hz):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return np.argmax(spectrum) * rate_hz / len(samples)


def _encode(path, samples, rate_hz, codec, container=None):
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz)
        stream.bit_rate = 96_000
        stream.layout = "mono" if samples.shape[1] == 1 else "stereo"
        resampler = av.AudioResampler(stream.format, stream.layout, rate_hz, stream.frame_size)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), "fltp", stream.layout.name
        )
        frame.sample_rate = rate_hz
        for whole in (*resampler.resample(frame), *resampler.resample(None)):
            output.mux(stream.encode(whole))
        output.mux(stream.encode(None))


@pytest.mark.parametrize("extension", ["wav", "flac", "ogg", "mp3", "aiff", "au", "caf"])
@pytest.mark.parametrize(("rate_hz", "channels"), [(8_000, 1), (44_100, 2)])
def test_rates_and_channels_of_every_format(tmp_path, extension, rate_hz, channels):
    path = tmp_path / f"a.{extension}"
    soundfile.write(path, _sweep(2, rate_hz, channels), rate_hz)
    sound = decode(path, **NEEDS)
    ((segment, samples),) = sound.windows
    assert samples.dtype == np.float32
    assert samples.shape == pytest.approx((32_000,), rel=0.02)
    assert segment.start == 0
    assert segment.end == pytest.approx(2, rel=0.02)
    assert (sound.facts.rate_hz, sound.facts.channels) == (rate_hz, channels)
    assert _pitch_hz(samples[16_000:20_000], 16_000) == pytest.approx(245, abs=8)


def test_channels_are_averaged(tmp_path):
    for channels, expected in ((2, 0.25), (3, 1 / 6)):
        samples = np.zeros((8_000, channels), np.float32)
        samples[:, 0] = 0.5
        soundfile.write(tmp_path / "a.wav", samples, 16_000, subtype="FLOAT")
        ((_, mono),) = decode(tmp_path / "a.wav", **NEEDS).windows
        assert mono == pytest.approx(expected)


def test_short_sound_is_one_window_and_longer_ones_cover_all(tmp_path):
    path = tmp_path / "a.wav"
    for seconds, windows in ((0.01, 1), (3, 1), (4.5, 1), (4.6, 2), (4.8, 3), (10, 6)):
        soundfile.write(path, _sweep(seconds, 16_000), 16_000)
        segments = [segment for segment, _ in decode(path, **NEEDS).windows]
        assert len(segments) == windows, seconds
        assert segments[0].start == 0
        assert segments[-1].end == pytest.approx(seconds)
        for before, after in pairwise(segments):
            assert before.start < after.start <= before.start + 1.65
            assert after.start <= before.end
            assert after.end - after.start == pytest.approx(3)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", None),
        ("a.flac", None),
        ("a.mp3", None),
        ("a.ogg", None),
        ("a.m4a", "aac"),
        ("a.aac", "aac"),
        ("a.wma", "wmav2"),
        ("a.mka", "libopus"),
    ],
)
def test_windows_hold_what_sounds_at_their_time(tmp_path, name, codec):
    path, samples = tmp_path / name, _sweep(12, 48_000)
    if codec is None:
        soundfile.write(path, samples, 48_000)
    else:
        _encode(path, samples, 48_000, codec)
    sound = decode(path, **NEEDS)
    assert sound.facts.duration_s == pytest.approx(12, abs=0.15)
    assert len(sound.windows) in (7, 8)  # codecs pad by some hundredths of a second
    for segment, window in sound.windows:
        assert len(window) == pytest.approx(48_000, abs=1_600)
        middle = window[22_000:26_000]
        assert _pitch_hz(middle, 16_000) == pytest.approx(200 + 40 * (segment.start + 1.5), abs=8)


def test_stereo_m4a_is_read_through_its_container(tmp_path):
    path = tmp_path / "a.m4a"
    _encode(path, _sweep(2, 44_100, 2), 44_100, "aac")
    sound = decode(path, **NEEDS)
    assert sound.facts.format == "AAC"
    assert (sound.facts.rate_hz, sound.facts.channels) == (44_100, 2)


def test_hours_of_sound_take_bounded_memory(tmp_path):
    path = tmp_path / "a.flac"
    with soundfile.SoundFile(path, "w", 8_000, 1) as file:
        for _ in range(360):
            file.write(np.zeros(80_000, np.float32))
    tracemalloc.start()
    sound = decode(path, **NEEDS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(sound.windows) == MAX_WINDOWS
    assert sound.windows[-1][0].end == 3600
    assert sound.facts.note == "256 windows spread over its 3,600 s"
    assert peak < 90 << 20


@pytest.mark.parametrize("extension", ["wav", "flac", "aiff"])
@pytest.mark.parametrize("seconds", [3, 12])
def test_truncated_sound_is_damaged(tmp_path, extension, seconds):
    path = tmp_path / f"a.{extension}"
    soundfile.write(path, _sweep(seconds, 22_050), 22_050)
    data = path.read_bytes()
    for share in (0.3, 0.6, 0.9):
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(DamagedMedium, match=r"truncated: .* of .* s|damaged"):
            decode(path, **NEEDS)


def test_truncated_ogg_is_damaged_or_noted(tmp_path):
    path = tmp_path / "a.ogg"
    soundfile.write(path, _sweep(12, 22_050), 22_050)
    assert decode(path, **NEEDS).facts.note is None
    data = path.read_bytes()
    for share in (0.3, 0.6, 0.9):
        path.write_bytes(data[: int(len(data) * share)])
        try:
            note = decode(path, **NEEDS).facts.note
        except DamagedMedium:
            continue
        assert note == "it lacks its end mark and may be cut short"


def test_truncated_m4a_is_damaged(tmp_path):
    path = tmp_path / "a.mka"
    _encode(path, _sweep(8, 48_000), 48_000, "libopus")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DamagedMedium, match="truncated"):
        decode(path, **NEEDS)
    path = tmp_path / "a.m4a"  # its index is at its end
    _encode(path, _sweep(8, 48_000), 48_000, "aac")
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(DamagedMedium):
        decode(path, **NEEDS)


def test_samples_that_are_not_numbers_are_damage(tmp_path):
    for value in (np.nan, np.inf):
        samples = np.zeros(1_000, np.float32)
        samples[500] = value
        soundfile.write(tmp_path / "a.wav", samples, 16_000, subtype="FLOAT")
        with pytest.raises(DamagedMedium, match="not numbers"):
            decode(tmp_path / "a.wav", **NEEDS)


def test_what_is_no_sound_or_holds_none(tmp_path):
    soundfile.write(tmp_path / "none.wav", np.zeros(0, np.float32), 16_000)
    (tmp_path / "text.wav").write_text("once upon a time " * 100)
    (tmp_path / "empty.mp3").write_bytes(b"")
    (tmp_path / "picture.mp3").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    reasons = {"none.wav": "no samples", "text.wav": "not a sound", "empty.mp3": "empty"}
    for name, reason in {**reasons, "picture.mp3": "not a sound but a PNG picture"}.items():
        with pytest.raises(DamagedMedium, match=reason):
            decode(tmp_path / name, **NEEDS)


def test_playlist_named_as_a_sound_opens_nothing_else(tmp_path):
    soundfile.write(tmp_path / "other.wav", _sweep(2, 16_000), 16_000)
    lists = {
        "a.m4a": f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{tmp_path}/other.wav\n",
        "a.wma": f"ffconcat version 1.0\nfile '{tmp_path}/other.wav'\n",
    }
    for name, text in lists.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(DamagedMedium, match="not a sound"):
            decode(tmp_path / name, **NEEDS)


def test_flipped_bits_give_a_sound_or_a_media_error(tmp_path):
    random = np.random.default_rng(7)
    samples = _sweep(1, 16_000)
    for extension in ("wav", "flac", "ogg", "mp3", "m4a"):
        path = tmp_path / f"a.{extension}"
        if extension == "m4a":
            _encode(path, samples, 16_000, "aac")
        else:
            soundfile.write(path, samples, 16_000)
        data = path.read_bytes()
        for _ in range(40):
            flipped = bytearray(data)
            for at in (*random.integers(0, len(data), 3), random.integers(0, 200)):
                flipped[at] ^= 1 << int(random.integers(8))
            path.write_bytes(flipped)
            with suppress(MediaError):
                windows = decode(path, **NEEDS).windows
                assert all(np.isfinite(samples).all() for _, samples in windows)


@pytest.mark.parametrize("name", ["a.wav", "a.m4a"])
def test_what_the_channels_differ_by_is_measured_once_over_windows_that_overlap(tmp_path, name):
    left = _sweep(20, 44_100)
    samples = np.column_stack([left, 0.1 * left]).astype(np.float32)
    path = tmp_path / name
    if name.endswith("wav"):
        soundfile.write(path, samples, 44_100)
    else:
        _encode(path, samples, 44_100, "aac")
    sound = decode(path, rate_hz=16_000, window_s=4.0, hop_s=1.0)
    assert len(sound.windows) > 15
    figures = sound.facts.figures
    assert figures["balance_db"] == pytest.approx(20, abs=0.5)
    assert figures["rms_db"] == pytest.approx(10 * np.log10((samples**2).mean()), abs=0.2)
    assert figures["played"] == pytest.approx(1, abs=0.005)
    assert sound.facts.fingerprint
