import resource
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from embedcurate.errors import DamagedMedium, MediaError, MediumTooLarge
from embedcurate.media.image import decode, draw

RED, WHITE = (255, 0, 0), (255, 255, 255)


def _near(pixel, colour, by=3):
    return max(abs(int(a) - b) for a, b in zip(pixel, colour, strict=True)) <= by


def _photograph(width, height):
    """Smooth shading, edges and fine grain, as a camera gives them."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    shade = 120 + 60 * np.sin(x / 170) * np.cos(y / 230)
    edges = 40 * ((x // 97 + y // 61) % 2)
    grain = np.random.default_rng(0).normal(0, 6, (height, width))
    planes = [shade + edges + grain, shade * 0.8 + grain, 200 - shade / 2 + edges / 2 + grain]
    return Image.fromarray(np.stack(planes, 2).clip(0, 255).astype(np.uint8))


def _png(width, height, *, bits, colour):
    """Make a PNG of zeros whose size is all in its header's claim."""
    channels = {0: 1, 2: 3}[colour]
    line = b"\0" * (1 + (width * channels * bits + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", data), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_jpeg_at_reduced_scale_differs_by_less_than_half_a_level(tmp_path):
    path = tmp_path / "a.jpg"
    _photograph(2400, 1800).save(path, quality=92)
    picture = decode(path, size_px=224)

    def seen(image):
        return np.asarray(image.resize((299, 224), Image.Resampling.BICUBIC), np.float32)

    full = seen(Image.open(path))
    ours = seen(Image.fromarray(picture.pixels))
    assert min(picture.pixels.shape[:2]) == 448
    assert (picture.facts.width_px, picture.facts.height_px) == (2400, 1800)
    assert np.abs(full - ours).mean() <= 0.5


def test_shorter_side_is_twice_the_target_or_all_there_is(tmp_path):
    for size, expected in (((1000, 700), (200, 286)), ((150, 120), (120, 150))):
        path = tmp_path / "a.png"
        _photograph(*size).save(path)
        assert decode(path, size_px=100).pixels.shape == (*expected, 3)


def test_pixels_are_writable_contiguous_rgb(tmp_path):
    Image.new("L", (8, 6), 7).save(tmp_path / "a.png")
    pixels = decode(tmp_path / "a.png", size_px=4).pixels
    assert pixels.dtype == np.uint8
    assert pixels.flags.writeable
    assert pixels.flags.c_contiguous
    assert (pixels == 7).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "tif"])
def test_orientation_is_applied(tmp_path, orientation, extension):
    stored = np.full((40, 60, 3), 255, np.uint8)
    stored[:20, :20] = RED
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{extension}"
    Image.fromarray(stored).save(path, exif=exif, quality=95)
    picture = decode(path, size_px=30)
    right, bottom = orientation in (2, 3, 6, 7), orientation in (3, 4, 7, 8)
    turned = orientation >= 5
    assert picture.pixels.shape == ((60, 40, 3) if turned else (40, 60, 3))
    assert (picture.facts.width_px, picture.facts.height_px) == ((40, 60) if turned else (60, 40))
    assert _near(picture.pixels[-6 if bottom else 5, -6 if right else 5], RED, by=30)
    assert _near(picture.pixels[5 if bottom else -6, 5 if right else -6], WHITE, by=30)


def test_transparency_is_white(tmp_path):
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    clear.paste(RED, (0, 0, 5, 10))
    palette = Image.new("P", (10, 10), 1)
    palette.putpalette([*RED, 0, 0, 0])
    palette.paste(0, (0, 0, 5, 10))
    cases = {"rgba.png": (clear, {}), "rgba.webp": (clear, {"lossless": True})}
    cases["p.png"] = (palette, {"transparency": 1})
    cases["p.gif"] = (palette, {"transparency": 1})
    cases["pa.tif"] = (clear, {})
    rgb = clear.convert("RGB")
    cases["trns.png"] = (rgb, {"transparency": (0, 0, 0)})
    for name, (image, options) in cases.items():
        image.save(tmp_path / name, **options)
        pixels = decode(tmp_path / name, size_px=5).pixels
        assert _near(pixels[5, 1], RED), name
        assert _near(pixels[5, 8], WHITE), name


def test_half_transparent_grey_is_mixed_with_white(tmp_path):
    Image.new("LA", (4, 4), (0, 128)).save(tmp_path / "a.png")
    assert _near(decode(tmp_path / "a.png", size_px=2).pixels[0, 0], (127, 127, 127))


def test_deep_greys_are_scaled_and_not_clipped(tmp_path):
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    expected = np.round(ramp / 257)
    Image.fromarray(ramp).save(tmp_path / "a.png")
    Image.fromarray(ramp).save(tmp_path / "a.tif")
    Image.fromarray(ramp.astype(np.int32)).save(tmp_path / "b.tif")
    Image.fromarray((ramp / 65535).astype(np.float32)).save(tmp_path / "c.tif")
    for name in ("a.png", "a.tif", "b.tif", "c.tif"):
        pixels = decode(tmp_path / name, size_px=8).pixels[..., 0]
        assert np.abs(pixels - expected).max() <= 1, name


def test_float_picture_without_a_number_is_damaged_and_nan_is_black(tmp_path):
    values = np.full((4, 4), np.nan, np.float32)
    Image.fromarray(values).save(tmp_path / "a.tif")
    with pytest.raises(DamagedMedium, match="none of its pixels"):
        decode(tmp_path / "a.tif", size_px=2)
    values[0, 0] = 1
    Image.fromarray(values).save(tmp_path / "a.tif")
    pixels = decode(tmp_path / "a.tif", size_px=2).pixels
    assert (pixels[0, 0] == 255).all()
    assert (pixels[1:] == 0).all()


def test_cmyk_jpeg_keeps_its_colours_and_lab_is_converted(tmp_path):
    Image.new("RGB", (32, 32), RED).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert _near(decode(tmp_path / "a.jpg", size_px=8).pixels[4, 4], RED, by=8)
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    colour = (180, 90, 30)
    lab = ImageCms.profileToProfile(Image.new("RGB", (8, 8), colour), *profiles, outputMode="LAB")
    lab.save(tmp_path / "a.tif")
    assert _near(decode(tmp_path / "a.tif", size_px=4).pixels[4, 4], colour, by=4)


def test_sixteen_bit_rgb_png(tmp_path):
    body = b"".join(b"\0" + struct.pack(">3H", 65535, 32768, 257) * 4 for _ in range(4))
    data = zlib.compress(body)
    blank = _png(4, 4, bits=16, colour=2)
    start = blank.index(b"IDAT") - 4
    chunk = struct.pack(">I", len(data)) + b"IDAT" + data
    chunk += struct.pack(">I", zlib.crc32(b"IDAT" + data))
    (tmp_path / "a.png").write_bytes(blank[:start] + chunk + blank[-12:])
    assert _near(decode(tmp_path / "a.png", size_px=2).pixels[0, 0], (255, 128, 1), by=1)


@pytest.mark.parametrize("extension", ["gif", "webp", "png", "tif", "avif"])
def test_first_frame_is_taken_and_noted(tmp_path, extension):
    frames = [Image.new("RGB", (16, 16), c) for c in (RED, (0, 255, 0), (0, 0, 255))]
    path = tmp_path / f"a.{extension}"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    picture = decode(path, size_px=8)
    assert _near(picture.pixels[8, 8], RED, by=6)
    assert (picture.facts.note or "").startswith("the first of 3 ")


@pytest.mark.parametrize(
    "extension",
    [
        *("avif", "bmp", "dds", "dib", "gif", "ico", "jp2", "jpg"),
        *("pcx", "png", "ppm", "qoi", "sgi", "tga", "tif", "webp"),
    ],
)
def test_every_format_that_pillow_writes_comes_back(tmp_path, extension):
    path = tmp_path / f"a.{extension.upper()}"
    Image.new("RGB", (32, 32), (200, 60, 30)).save(path)
    picture = decode(path, size_px=16)
    assert picture.pixels.shape == (32, 32, 3)
    assert _near(picture.pixels[16, 16], (200, 60, 30), by=12)
    assert picture.facts.note is None


def test_jpeg_named_png_is_decoded_and_noted(tmp_path):
    Image.new("RGB", (16, 16), RED).save(tmp_path / "a.png", format="JPEG")
    picture = decode(tmp_path / "a.png", size_px=8)
    assert picture.facts.format == "JPEG"
    assert picture.facts.note == "a JPEG picture in spite of its name"


def test_text_named_png_is_not_a_picture(tmp_path):
    (tmp_path / "a.png").write_text("once upon a time")
    with pytest.raises(DamagedMedium, match=r"its content is not a picture$"):
        decode(tmp_path / "a.png", size_px=8)
    (tmp_path / "b.png").write_bytes(b"fLaC" + bytes(100))
    with pytest.raises(DamagedMedium, match="not a picture but a FLAC sound"):
        decode(tmp_path / "b.png", size_px=8)
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(DamagedMedium, match="damaged"):
        decode(tmp_path / "b.png", size_px=8)
    (tmp_path / "c.png").write_bytes(b"")
    with pytest.raises(DamagedMedium, match="empty"):
        decode(tmp_path / "c.png", size_px=8)


def test_eps_never_reaches_ghostscript(tmp_path):
    (tmp_path / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    with pytest.raises(DamagedMedium, match="not a picture"):
        decode(tmp_path / "a.png", size_px=8)


@pytest.mark.parametrize("side", [9001, 13000, 20000])
def test_bomb_is_rejected_before_it_is_decoded(tmp_path, side):
    (tmp_path / "a.png").write_bytes(_png(side, side, bits=1, colour=0))
    before = resource.getrusage(resource.RUSAGE_SELF)
    with pytest.raises(MediumTooLarge, match="megapixels"):
        decode(tmp_path / "a.png", size_px=224)
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_maxrss - before.ru_maxrss < 50_000  # KiB
    assert after.ru_utime - before.ru_utime < 0.5


def test_large_jpeg_is_decoded_at_a_reduced_scale(tmp_path):
    Image.new("L", (12000, 9000), 90).save(tmp_path / "a.jpg")
    picture = decode(tmp_path / "a.jpg", size_px=224)
    assert (picture.facts.width_px, picture.facts.height_px) == (12000, 9000)
    assert picture.pixels.shape == (448, 597, 3)


def test_bands_join_without_a_seam(tmp_path):
    image = _photograph(2600, 2300).convert("RGBA")
    image.save(tmp_path / "a.png", compress_level=1)
    ours = decode(tmp_path / "a.png", size_px=200).pixels.astype(np.float32)
    plain = image.convert("RGB").resize(ours.shape[1::-1], Image.Resampling.LANCZOS, reducing_gap=2)
    assert np.abs(ours - np.asarray(plain, np.float32)).mean() < 0.6


def test_very_long_picture_is_cut_to_its_middle(tmp_path):
    image = Image.new("RGB", (2000, 10), WHITE)
    image.paste(RED, (990, 0, 1010, 10))
    image.save(tmp_path / "a.png")
    picture = decode(tmp_path / "a.png", size_px=224)
    assert picture.pixels.shape == (10, 80, 3)
    assert _near(picture.pixels[5, 40], RED)
    assert picture.facts.width_px == 2000
    assert "middle" in (picture.facts.note or "")


@pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "tif", "webp", "avif"])
def test_truncated_picture_is_damaged(tmp_path, extension):
    path = tmp_path / f"a.{extension}"
    _photograph(200, 150).save(path)
    data = path.read_bytes()
    for share in (0.02, 0.3, 0.6, 0.95):
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(DamagedMedium):
            decode(path, size_px=32)


def test_flipped_bits_give_a_picture_or_a_media_error(tmp_path):
    random = np.random.default_rng(7)
    outcomes = {"ok": 0, "failed": 0}
    for extension in ("png", "jpg", "gif", "tif", "webp"):
        path = tmp_path / f"a.{extension}"
        _photograph(60, 40).save(path)
        data = bytearray(path.read_bytes())
        for _ in range(40):
            flipped = bytearray(data)
            for at in random.integers(0, len(data), 3):
                flipped[at] ^= 1 << int(random.integers(8))
            path.write_bytes(flipped)
            try:
                decode(path, size_px=16)
                outcomes["ok"] += 1
            except MediaError:
                outcomes["failed"] += 1
    assert sum(outcomes.values()) == 200
    assert min(outcomes.values()) > 20


def test_settings_of_pillow_are_left_as_they_were(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    before = Image.MAX_IMAGE_PIXELS, warnings.filters[:]
    decode(tmp_path / "a.png", size_px=2)
    assert (Image.MAX_IMAGE_PIXELS, warnings.filters[:]) == before


def test_names_that_are_not_utf8(tmp_path):
    path = Path(str(tmp_path / "a\udcff\n.png"))
    Image.new("RGB", (4, 4), RED).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(path)
    assert decode(path, size_px=2).facts.format == "PNG"


@pytest.mark.parametrize("size_px", [(2000, 100), (100, 2000), (300, 200), (3000, 1), (7, 5)])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_picture_is_drawn_whole_however_long_it_is(tmp_path, size_px, suffix):
    width, height = size_px
    across = np.linspace(0, 255, width)[None, :] * np.ones((height, 1))
    down = np.linspace(0, 255, height)[:, None] * np.ones((1, width))
    pixels = np.stack([across, down, 0 * across], axis=2).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / f"long.{suffix}", quality=95)
    drawn, full_px = draw(tmp_path / f"long.{suffix}", longest_px=200)
    assert full_px == size_px
    scale = min(1, 200 / max(size_px))
    assert drawn.size == tuple(max(1, round(side * scale)) for side in size_px)
    found = np.asarray(drawn).astype(int)
    ends = [(found[0, 0, 0], 0), (found[0, -1, 0], 255 if width > 1 else 0)]
    ends += [(found[0, 0, 1], 0), (found[-1, 0, 1], 255 if height > 1 else 0)]
    assert max(abs(one - other) for one, other in ends) < 45
