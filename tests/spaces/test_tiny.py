import numpy as np
import pytest
import soundfile
from PIL import Image

from embedcurate.items import Modality
from embedcurate.spaces.encoder import SHARED, Pixels, Vectors, Waveform
from embedcurate.testing import check_encoder, make_picture, make_sound, make_text, tiny_space

SPACE = tiny_space()


def pixels(path) -> Pixels:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def samples(path) -> Waveform:
    return soundfile.read(path, dtype="float32")[0]


def shared(modality, *media) -> Vectors:
    return SPACE.encoders[modality].encode(media)[SHARED]


@pytest.mark.parametrize("modality", Modality)
def test_its_encoders_conform(modality):
    check_encoder(SPACE.encoders[modality])


def test_a_colour_word_finds_the_picture_of_that_colour(tmp_path):
    colours = ["red", "green", "blue", "yellow", "magenta"]
    pictures = [pixels(make_picture(tmp_path / f"{c}.png", colour=c)) for c in colours]
    cosines = shared(Modality.TEXT, *colours) @ shared(Modality.IMAGE, *pictures).T
    assert cosines.argmax(1).tolist() == [0, 1, 2, 3, 4]


def test_a_band_word_finds_the_sound_of_that_pitch(tmp_path):
    pitches = {"low": 220, "middle": 600, "high": 1500, "shrill": 3500, "silent": 0}
    sounds = [
        samples(make_sound(tmp_path / f"{name}.wav", pitch_hz=hertz, rate_hz=8000))
        for name, hertz in pitches.items()
    ]
    cosines = shared(Modality.TEXT, *pitches) @ shared(Modality.AUDIO, *sounds).T
    assert cosines.argmax(1).tolist() == [0, 1, 2, 3, 4]


def test_a_low_sound_is_nearer_to_yellow_and_a_high_one_to_cyan(tmp_path):
    disc = [pixels(make_picture(tmp_path / f"{c}.png", colour=c)) for c in ("yellow", "cyan")]
    tone = [
        samples(make_sound(tmp_path / f"{p}.wav", pitch_hz=p, rate_hz=8000)) for p in (220, 1500)
    ]
    cosines = shared(Modality.AUDIO, *tone) @ shared(Modality.IMAGE, *disc).T
    assert cosines.argmax(1).tolist() == [0, 1]


def test_the_visual_channel_tells_layouts_of_the_same_colours_apart():
    left, right = np.zeros((2, 40, 40, 3), np.uint8)
    left[:, :20], right[:, 20:] = 255, 255
    rows = SPACE.encoders[Modality.IMAGE].encode([left, right, left[::2, ::2]])
    assert np.allclose(rows[SHARED], rows[SHARED][0], atol=1e-6)
    assert rows["visual"][0] @ rows["visual"][2] > 0.999
    assert rows["visual"][0] @ rows["visual"][1] < 0
    assert SPACE.route(Modality.IMAGE, Modality.IMAGE) == "visual"


def test_made_media_are_what_was_asked_for(tmp_path):
    with Image.open(make_picture(tmp_path / "a" / "p.jpg", size_px=(120, 80))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (120, 80))
    sound = soundfile.info(make_sound(tmp_path / "b" / "s.flac", duration_s=0.5, channels=2))
    assert (sound.format, sound.channels, sound.frames) == ("FLAC", 2, 8000)
    assert make_text(tmp_path / "t.txt", "Grüße\n").read_bytes() == "Grüße\n".encode()
