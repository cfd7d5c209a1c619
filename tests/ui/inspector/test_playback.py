"""Sounds to hear, on machines with an audio output and without."""

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.inspector.playback import Playback
from PySide6.QtMultimedia import QMediaDevices
from pytestqt.qtbot import QtBot

pytestmark = [
    pytest.mark.gui,
    pytest.mark.qt_log_ignore("PulseAudio", "pipewire", "[Ff][Ff]mpeg", "Stream", "Duration"),
]

WAIT_MS = 30_000


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Two seconds of a quiet tone."""
    file = tmp_path / "tone.wav"
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(16_000)
        samples = np.sin(np.arange(32_000) * 0.1) * 300
        written.writeframes(samples.astype("<i2").tobytes())
    return file


def test_a_machine_without_an_output_says_so(qtbot: QtBot, tone: Path) -> None:
    if QMediaDevices.audioOutputs():
        pytest.skip("this machine has an audio output")
    playback = Playback()
    playback.play(0.0)
    assert playback.trouble == ""
    playback.load(tone)
    with qtbot.waitSignal(playback.changed):
        playback.play(1.0)
    assert not playback.is_playing
    assert playback.trouble == "No audio output"


def test_a_sound_is_heard_from_a_second_on_until_another(qtbot: QtBot, tone: Path) -> None:
    if not QMediaDevices.audioOutputs():
        pytest.skip("this machine has no audio output")
    playback = Playback()
    heard: list[float] = []
    playback.moved.connect(heard.append)
    playback.load(tone, 600.0)
    playback.play(600.5, 601.0)
    qtbot.waitUntil(lambda: bool(heard) and not playback.is_playing, timeout=WAIT_MS)
    assert heard == sorted(heard)
    assert heard[0] >= 600.5
    assert 601.0 <= heard[-1] < 601.5
    heard.clear()
    playback.play(600.0)
    playback.seek(601.5)
    qtbot.waitUntil(lambda: bool(heard) and not playback.is_playing, timeout=WAIT_MS)
    assert heard[-1] > 601.5


def test_multimedia_is_there_before_play_is_pressed(tone: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
app = QCoreApplication(sys.argv)
from embedcurate_ui.inspector.playback import Playback, warm_up
playback = Playback()
playback.load(None)
before = "PySide6.QtMultimedia" in sys.modules
playback.load(Path({str(tone)!r}))
warm_up().join()
print(before, "PySide6.QtMultimedia" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"], done.stderr
