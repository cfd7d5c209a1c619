import os
import pickle
import socket
import tempfile
from pathlib import Path

import pytest
import soundfile
from blake3 import blake3
from PIL import Image

from embedcurate.errors import (
    DamagedMedium,
    MediumMissing,
    UnreadableMedium,
    UnsupportedMedium,
)
from embedcurate.items import Modality
from embedcurate.media import decoding
from embedcurate.media.audio import Sound
from embedcurate.media.decoding import Needs, content_hash, decode
from embedcurate.media.formats import EXTENSIONS, EXTRAS, kind_of, modality_of
from embedcurate.media.image import Picture
from embedcurate.media.tables import Row
from embedcurate.media.text import Document

NEEDS = Needs(size_px=8, rate_hz=8_000, window_s=1.0, hop_s=0.5)


def test_every_modality_is_decoded_hashed_and_can_travel(tmp_path):
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    soundfile.write(tmp_path / "a.wav", [0.0] * 800, 8_000)
    (tmp_path / "a.txt").write_text("a cat")
    (tmp_path / "a.csv").write_text("text\na cat\na dog\n")
    kinds = {"a.png": Picture, "a.wav": Sound, "a.txt": Document, "a.csv": tuple}
    for name, kind in kinds.items():
        path = tmp_path / name
        modality = modality_of(path)
        assert modality is not None
        decoded = decode(path, modality, NEEDS)
        assert isinstance(decoded.medium, kind)
        assert decoded.content == blake3(path.read_bytes()).hexdigest() == content_hash(path)
        assert (decoded.size, decoded.mtime_ns) == (path.stat().st_size, path.stat().st_mtime_ns)
        assert pickle.loads(pickle.dumps(decoded)).content == decoded.content
    assert decode(tmp_path / "a.csv", Modality.TEXT, NEEDS).medium == (
        Row(0, "a cat"),
        Row(1, "a dog"),
    )


def test_large_files_are_hashed_in_blocks_and_decoded_from_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "_READ_AT_ONCE", 10)
    for name in ("a.png", "b.tif"):
        Image.new("RGB", (30, 30), (1, 2, 3)).save(tmp_path / name)
        decoded = decode(tmp_path / name, Modality.IMAGE, NEEDS)
        assert decoded.content == content_hash(tmp_path / name)
    soundfile.write(tmp_path / "a.flac", [0.0] * 800, 8_000)
    assert isinstance(decode(tmp_path / "a.flac", Modality.AUDIO, NEEDS).medium, Sound)


def test_fifo_socket_device_and_folder_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    (tmp_path / "b.png").mkdir()
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as bound:
        bound.bind(f"{short}/c.png")
        paths = tmp_path / "a.png", tmp_path / "b.png", Path(short, "c.png"), Path("/dev/zero")
        for path in paths:
            for read in (content_hash, lambda path: decode(path, Modality.IMAGE, NEEDS)):
                with pytest.raises(UnsupportedMedium, match="not a regular file"):
                    read(path)


def test_missing_file_and_failing_disk_are_media_errors(tmp_path):
    with pytest.raises(MediumMissing, match="no longer there"):
        decode(tmp_path / "a.png", Modality.IMAGE, NEEDS)
    (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
    with pytest.raises(UnreadableMedium, match="can't be read"):
        content_hash(tmp_path / "loop.png")


@pytest.mark.parametrize("change", ["grow", "replace", "touch", "delete", "damage"])
def test_file_that_changes_while_it_is_read_is_not_believed(tmp_path, monkeypatch, change):
    path = tmp_path / "a.txt"
    path.write_text("a cat")
    original = decoding.text.read

    def read(file, *, suffix):
        if change == "grow":
            with path.open("a") as more:
                more.write(" and a dog")
        elif change == "replace":
            (tmp_path / "b").write_text("a dog")
            (tmp_path / "b").replace(path)
        elif change == "touch":
            os.utime(path, ns=(0, 0))
        elif change == "delete":
            path.unlink()
        else:
            path.write_text("")
            raise DamagedMedium("it is cut short")
        return original(file, suffix=suffix)

    monkeypatch.setattr(decoding.text, "read", read)
    expected = "no longer there" if change == "delete" else "changed while it was read"
    with pytest.raises((DamagedMedium, MediumMissing), match=expected):
        decode(path, Modality.TEXT, NEEDS)


def test_extension_tells_the_modality_in_any_case():
    assert modality_of(Path("a/B.JPG")) is Modality.IMAGE
    assert modality_of(Path("a.Flac")) is Modality.AUDIO
    assert modality_of(Path("a.md")) is Modality.TEXT
    assert modality_of(Path("a.mp4")) is None
    assert modality_of(Path("jpg")) is None
    assert set(EXTRAS) <= set(EXTENSIONS)
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in EXTENSIONS)


def test_content_tells_its_kind(tmp_path):
    Image.new("RGB", (2, 2)).save(tmp_path / "a.webp")
    assert kind_of((tmp_path / "a.webp").read_bytes()[:32]) == (Modality.IMAGE, "a WebP picture")
    assert kind_of(b"") is None
    assert kind_of(b"once upon a time") is None
