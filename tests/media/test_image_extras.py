import struct
import sys

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from embedcurate.errors import DamagedMedium, MediumTooLarge, UnsupportedMedium
from embedcurate.media.image import decode
from embedcurate.media.limits import MAX_SVG_BYTES

RED = (255, 0, 0)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}</svg>'


def _near(pixel, colour, by=12):
    return max(abs(int(a) - b) for a, b in zip(pixel, colour, strict=True)) <= by


@pytest.mark.parametrize("name", ["a.heic", "a.jpg"])
def test_heic_is_decoded_whatever_its_name(tmp_path, name):
    image = Image.new("RGB", (64, 48), (200, 60, 30))
    pillow_heif.from_pillow(image).save(tmp_path / name)
    picture = decode(tmp_path / name, size_px=16)
    assert picture.pixels.shape == (32, 43, 3)
    assert _near(picture.pixels[16, 20], (200, 60, 30))
    assert (picture.facts.format, picture.facts.width_px) == ("HEIC", 64)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(DamagedMedium):
        decode(tmp_path / name, size_px=16)


def _dng(path, width, height):
    """Write the least that a raw developer takes: an uncompressed grey mosaic."""
    mosaic = np.full((height, width), 30_000, "<u2").tobytes()
    matrix = struct.pack("<18i", *(n for v in (1, 0, 0, 0, 1, 0, 0, 0, 1) for n in (v, 1)))
    long_values = {50706: (1, b"\1\4\0\0"), 50708: (2, b"test\0"), 33422: (1, b"\0\1\1\2")}
    long_values[50721] = (10, matrix)
    tags = {254: (4, 0), 256: (4, width), 257: (4, height), 258: (3, 16), 259: (3, 1)}
    tags |= {262: (3, 32803), 274: (3, 1), 277: (3, 1), 278: (4, height), 279: (4, len(mosaic))}
    tags |= {33421: (3, 2 | 2 << 16)}
    count = len(tags) + len(long_values) + 1
    extra_at = 8 + 2 + 12 * count + 4
    extra, entries = b"", {}
    for tag, (kind, value) in tags.items():
        entries[tag] = struct.pack("<HHII", tag, kind, 2 if tag == 33421 else 1, value)
    for tag, (kind, data) in long_values.items():
        number = len(data) // 8 if kind == 10 else len(data)
        if len(data) <= 4:
            field = data.ljust(4, b"\0")
        else:
            field = struct.pack("<I", extra_at + len(extra))
            extra += data
        entries[tag] = struct.pack("<HHI", tag, kind, number) + field
    entries[273] = struct.pack("<HHII", 273, 4, 1, extra_at + len(extra))
    body = b"".join(entries[tag] for tag in sorted(entries))
    header = b"II*\0" + struct.pack("<IH", 8, count)
    path.write_bytes(header + body + bytes(4) + extra + mosaic)


def test_camera_raw_is_developed_at_half_size_where_that_is_enough(tmp_path):
    _dng(tmp_path / "a.dng", 400, 320)
    picture = decode(tmp_path / "a.dng", size_px=40)
    assert (picture.facts.format, picture.facts.width_px, picture.facts.height_px) == (
        "DNG",
        400,
        320,
    )
    assert picture.pixels.shape == (80, 100, 3)
    (tmp_path / "a.dng").write_bytes(b"II*\0" + bytes(200))
    with pytest.raises(DamagedMedium):
        decode(tmp_path / "a.dng", size_px=40)


def test_svg_is_drawn_on_white_at_the_size_needed(tmp_path):
    disc = SVG.format('width="2in" height="96"><rect width="96" height="96" fill="red"/>')
    (tmp_path / "a.svg").write_text(disc)
    picture = decode(tmp_path / "a.svg", size_px=100)
    assert picture.pixels.shape == (200, 400, 3)
    assert (picture.facts.width_px, picture.facts.height_px) == (192, 96)
    assert _near(picture.pixels[100, 100], RED)
    assert _near(picture.pixels[100, 300], (255, 255, 255))


def test_svg_reads_nothing_outside_of_itself(tmp_path):
    Image.new("RGB", (50, 50), RED).save(tmp_path / "b.png")
    address = (tmp_path / "b.png").as_uri()
    body = f'width="50" height="50"><image width="50" height="50" xlink:href="{address}"/>'
    (tmp_path / "a.svg").write_text(SVG.format(body))
    try:
        pixels = decode(tmp_path / "a.svg", size_px=25).pixels
    except DamagedMedium:
        return
    assert (pixels == 255).all()


def test_svg_with_entities_or_of_great_size_is_refused(tmp_path):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>' + SVG.format("><text>&l9;</text>")
    (tmp_path / "a.svg").write_text(bomb)
    with pytest.raises(DamagedMedium, match="entities"):
        decode(tmp_path / "a.svg", size_px=25)
    huge = SVG.format('width="1e9" height="1"><rect width="9" height="9"/>')
    (tmp_path / "a.svg").write_text(huge)
    assert decode(tmp_path / "a.svg", size_px=25).pixels.shape[1] <= 8 * 50
    (tmp_path / "a.svg").write_bytes(b" " * (MAX_SVG_BYTES + 1))
    with pytest.raises(MediumTooLarge):
        decode(tmp_path / "a.svg", size_px=25)
    (tmp_path / "a.svg").write_text("once upon a time")
    with pytest.raises(DamagedMedium, match="not an SVG"):
        decode(tmp_path / "a.svg", size_px=25)


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("a.heic", "pillow_heif", "heic"),
        ("a.nef", "rawpy", "raw"),
        ("a.svg", "cairosvg", "svg"),
    ],
)
def test_missing_extra_is_named(tmp_path, monkeypatch, name, module, extra):
    (tmp_path / name).write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnsupportedMedium, match=rf"embedcurate\[{extra}\]"):
        decode(tmp_path / name, size_px=16)
